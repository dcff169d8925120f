/** Makes one fleet of a lab's boards: the first founds it, the others join it by token. */
import { join } from "node:path";
import { FleetApi } from "./fleet-api.ts";
import { brambleProgram, runOn, startBramble } from "./lab-board.ts";
import { writeLabKubeconfig } from "./lab-kubeconfig.ts";
import { boardPaths } from "./lab-names.ts";
import type { LabBoard, LabRecord } from "./lab-record.ts";
import { waitUntil } from "./wait-until.ts";

const readyMs = 120_000;

/** Founds the fleet on the first board, joins the others, and waits until the API calls every board Ready. */
export async function startFleet(lab: LabRecord, say: (line: string) => void): Promise<void> {
  const [founder, ...others] = lab.boards;
  if (founder === undefined) return;
  await bramble(lab, founder, "init", ...ownOptions(lab, founder), "--fleet", lab.name);
  await startBramble(lab, founder);
  writeLabKubeconfig(lab, join(boardPaths(lab.name, founder.name).bramble, "admin.kubeconfig"));
  await waitUntilReady(lab, [founder]);
  say(`${founder.name} founded the fleet '${lab.name}'`);
  if (others.length === 0) return;

  const token = await createToken(lab, founder);
  // Voters are admitted one at a time; other boards need not wait for one another.
  const [voters, rest] = [others.filter(({ voter }) => voter), others.filter(({ voter }) => !voter)];
  for (const board of voters) await joinFleet(lab, founder, board, token, say);
  await Promise.all(rest.map((board) => joinFleet(lab, founder, board, token, say)));
}

/** Waits until every one of these boards is Ready, as the API sees them. */
export async function waitUntilReady(lab: LabRecord, boards: readonly LabBoard[], timeoutMs = readyMs): Promise<void> {
  const logs = boards.map(({ name }) => `${boardPaths(lab.name, name).logs}/bramble.log`);
  await waitUntil(
    `${boards.map(({ name }) => name).join(", ")} Ready (see ${logs.join(", ")})`,
    timeoutMs,
    async () => {
      const readiness = await readinessOf(lab);
      return boards.every(({ name }) => readiness?.get(name) === true);
    },
  );
}

/** Which boards are Ready, by name, or undefined while no voter answers. */
export async function readinessOf(lab: LabRecord): Promise<ReadonlyMap<string, boolean> | undefined> {
  for (const voter of lab.boards.filter((board) => board.voter)) {
    try {
      return await new FleetApi(lab.name, voter).readiness();
    } catch {
      // Without power, cut off or still starting: the next voter may know.
    }
  }
  return undefined;
}

async function createToken(lab: LabRecord, founder: LabBoard): Promise<string> {
  const printed = await bramble(lab, founder, "token", "create", "--voter", "--data-dir", dataOf(lab, founder));
  return printed.split("\n")[0] ?? "";
}

async function joinFleet(
  lab: LabRecord,
  founder: LabBoard,
  board: LabBoard,
  token: string,
  say: (line: string) => void,
): Promise<void> {
  const voter = board.voter ? ["--voter"] : [];
  await bramble(lab, board, "join", founder.address, "--token", token, ...voter, ...ownOptions(lab, board));
  await startBramble(lab, board);
  await waitUntilReady(lab, [board]);
  say(`${board.name} joined${board.voter ? " as a voter" : ""}`);
}

function ownOptions(lab: LabRecord, board: LabBoard): string[] {
  return ["--name", board.name, "--address", board.address, "--data-dir", dataOf(lab, board)];
}

const dataOf = (lab: LabRecord, board: LabBoard): string => boardPaths(lab.name, board.name).bramble;

function bramble(lab: LabRecord, board: LabBoard, ...args: string[]): Promise<string> {
  return runOn(lab, board)([brambleProgram, ...args]);
}
