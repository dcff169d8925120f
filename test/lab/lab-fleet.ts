/** Makes one fleet of a lab's boards: the first founds it, the others join it by token. */
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { brambleProgram, runOn, startBramble } from "./lab-board.ts";
import { boardPaths, kubeconfigPath } from "./lab-names.ts";
import type { LabBoard, LabRecord } from "./lab-record.ts";
import { waitUntil } from "./wait-until.ts";

const apiPort = 6443;
const readyMs = 120_000;

/** Founds the fleet on the first board, joins the others, and waits until the API calls every board Ready. */
export async function startFleet(lab: LabRecord, say: (line: string) => void): Promise<void> {
  const [founder, ...others] = lab.boards;
  if (founder === undefined) return;
  await bramble(lab, founder, "init", ...ownOptions(lab, founder), "--fleet", lab.name);
  await startBramble(lab, founder);
  writeKubeconfig(lab, founder);
  await waitUntil(`the API of ${founder.name} answers`, readyMs, () => answers(lab, founder));
  say(`${founder.name} founded fleet '${lab.name}'`);
  // One after another: voters are admitted one at a time.
  for (const board of others) {
    await joinFleet(lab, founder, board);
    say(`${board.name} joined${board.voter ? " as a voter" : ""}`);
  }
  await waitUntilReady(lab, lab.boards);
}

/** Waits until every one of these boards is Ready, as the API sees them. */
export async function waitUntilReady(lab: LabRecord, boards: readonly LabBoard[], timeoutMs = readyMs): Promise<void> {
  let seen: ReadonlyMap<string, boolean> = new Map();
  await waitUntil(`${boards.map(({ name }) => name).join(", ")} are Ready`, timeoutMs, async () => {
    seen = (await readinessOf(lab)) ?? seen;
    return boards.every(({ name }) => seen.get(name) === true);
  });
}

/** Which boards are Ready, by name, or undefined while no voter answers. */
export async function readinessOf(lab: LabRecord): Promise<ReadonlyMap<string, boolean> | undefined> {
  for (const voter of lab.boards.filter((board) => board.voter)) {
    try {
      const { items } = nodeListSchema.parse(JSON.parse(await get(lab, voter, "/api/v1/nodes")));
      return new Map(
        items.map(({ metadata, status }) => [
          metadata.name,
          status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false,
        ]),
      );
    } catch {
      // Without power, cut off or still starting: the next voter may know.
    }
  }
  return undefined;
}

const nodeListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() })
        .optional(),
    }),
  ),
});

async function joinFleet(lab: LabRecord, founder: LabBoard, board: LabBoard): Promise<void> {
  const voter = board.voter ? ["--voter"] : [];
  const { bramble: founderData } = boardPaths(lab.name, founder.name);
  const token = await bramble(lab, founder, "token", "create", ...voter, "--data-dir", founderData);
  const api = `${founder.address}:${apiPort}`;
  await bramble(lab, board, "join", api, "--token", token.trim(), ...voter, ...ownOptions(lab, board));
  await startBramble(lab, board);
  await waitUntilReady(lab, [board]);
}

function ownOptions(lab: LabRecord, board: LabBoard): string[] {
  const { bramble: data } = boardPaths(lab.name, board.name);
  return ["--name", board.name, "--address", board.address, "--data-dir", data];
}

function bramble(lab: LabRecord, board: LabBoard, ...args: string[]): Promise<string> {
  return runOn(lab, board)([brambleProgram, ...args]);
}

const kubeconfigSchema = z.object({
  clusters: z.tuple([
    z.object({ name: z.string(), cluster: z.looseObject({ "certificate-authority-data": z.string() }) }),
  ]),
  users: z.tuple([
    z.object({
      name: z.string(),
      user: z.object({ "client-certificate-data": z.string(), "client-key-data": z.string() }),
    }),
  ]),
});

/** The administrator's kubeconfig with a context a voter, named after its board; the founder's is the current one. */
function writeKubeconfig(lab: LabRecord, founder: LabBoard): void {
  const issued = readKubeconfig(join(boardPaths(lab.name, founder.name).bramble, "admin.kubeconfig"));
  const [{ cluster }] = issued.clusters;
  const [user] = issued.users;
  const voters = lab.boards.filter((board) => board.voter);
  const server = ({ address }: LabBoard) => `https://${address}:${apiPort}`;
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: voters.map((voter) => ({ name: voter.name, cluster: { ...cluster, server: server(voter) } })),
    users: [user],
    contexts: voters.map(({ name }) => ({ name, context: { cluster: name, user: user.name } })),
    "current-context": founder.name,
  };
  writeFileSync(kubeconfigPath(lab.name), stringify(kubeconfig), { mode: 0o600 });
}

function readKubeconfig(path: string) {
  return kubeconfigSchema.parse(parse(readFileSync(path, "utf8")));
}

const answers = (lab: LabRecord, board: LabBoard): Promise<boolean> =>
  get(lab, board, "/api/v1/nodes").then(
    () => true,
    () => false,
  );

/** Reads from one voter's API as the administrator. */
async function get(lab: LabRecord, { name, address }: LabBoard, path: string): Promise<string> {
  const { clusters, users } = z
    .object({ clusters: z.array(kubeconfigSchema.shape.clusters.def.items[0]), users: kubeconfigSchema.shape.users })
    .parse(parse(readFileSync(kubeconfigPath(lab.name), "utf8")));
  const ca = clusters.find((each) => each.name === name)?.cluster["certificate-authority-data"] ?? "";
  const [{ user }] = users;
  const decode = (text: string) => Buffer.from(text, "base64");
  const options = {
    ca: decode(ca),
    cert: decode(user["client-certificate-data"]),
    key: decode(user["client-key-data"]),
    agent: false,
    timeout: 3_000,
  };
  return new Promise((resolve, reject) => {
    const call = request(`https://${address}:${apiPort}${path}`, options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => (response.statusCode === 200 ? resolve(body) : reject(new Error(`${path}: ${body}`))));
      response.on("error", reject);
    });
    call.on("timeout", () => call.destroy(new Error(`${address} does not answer`)));
    call.on("error", reject);
    call.end();
  });
}
