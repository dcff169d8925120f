/** What people do to the voters of a real fleet, and what voters do by themselves when their disks fail them. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type FleetVoters, fleetVotersSchema, type VoterStatus } from "../../src/api/operations-exchange.ts";
import { FleetApi } from "./fleet-api.ts";
import { type Lab, upLab } from "./lab.ts";
import { brambleProgram, startBramble } from "./lab-board.ts";
import { boardPaths } from "./lab-names.ts";
import { boardNamed } from "./lab-record.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-operations";
const configMaps = "/api/v1/namespaces/default/configmaps";
const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(z.object({ metadata: z.looseObject({ name: z.string(), uid: z.string() }), data: z.unknown() })),
});
let lab: Lab;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
});
afterAll(() => removeLab(name));

const dataOf = (board: string) => boardPaths(name, board).bramble;
const api = (board: string) => new FleetApi(name, boardNamed(lab.record, board));

function identityOf(board: string): object {
  return z.looseObject({}).parse(JSON.parse(readFileSync(join(dataOf(board), "identity.json"), "utf8")));
}

/** As the administrator, on the board that has the kubeconfig. */
function bramble(line: string): Promise<string> {
  return lab.on("b1")([brambleProgram, ...line.split(" ")]);
}

async function voters(): Promise<FleetVoters> {
  return fleetVotersSchema.parse(JSON.parse(await bramble("voters list --output json")));
}

async function voterOn(board: string): Promise<VoterStatus | undefined> {
  return (await voters()).voters.find(({ node }) => node === board);
}

async function write(of: string): Promise<void> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: of }, data: { written: of } };
  await api("b1").send("POST", configMaps, body);
}

async function list(board: string) {
  return listSchema.parse(JSON.parse(await api(board).send("GET", configMaps)));
}

/** Waits until the board votes under another id than `former`, and holds what the leader holds. */
async function returned(board: string, former: string): Promise<void> {
  await waitUntil(`${board} votes under a new id`, 30_000, async () => {
    const voter = await voterOn(board).catch(() => undefined);
    return voter !== undefined && voter.id !== former && voter.role === "voter" && voter.lag === 0;
  });
  expect((await voters()).voters).toHaveLength(3);
}

/** Changes one bit in the middle of what the board's log holds. */
function damageLog(board: string): void {
  const directory = join(dataOf(board), "raft");
  const [segment = ""] = readdirSync(directory).filter((file) => file.endsWith(".segment"));
  const bytes = readFileSync(join(directory, segment));
  const used = bytes.findLastIndex((byte) => byte !== 0);
  const at = Math.floor(used / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(directory, segment), bytes);
}

describe("the voters of a fleet", () => {
  it("are listed, with who leads, and lead when asked to", async () => {
    const { fleet, voters: all } = await voters();
    expect(fleet).toBe(name);
    expect(all.map(({ node, role }) => `${node} ${role}`)).toEqual(["b1 voter", "b2 voter", "b3 voter"]);
    expect(all.filter(({ leader }) => leader)).toHaveLength(1);
    const next = all.find(({ leader }) => !leader)?.node ?? "";
    expect(await bramble(`voters transfer ${next}`)).toContain(`${next} leads`);
    expect((await voterOn(next))?.leader).toBe(true);
    await bramble("voters transfer b1");
  });

  it("take one back that found a damaged log, under a new id, with nothing lost", async () => {
    const former = (await voterOn("b3"))?.id ?? "";
    await write("before-damage");
    await lab.kill("b3");
    damageLog("b3");
    await write("during-damage");
    await lab.start("b3");
    await returned("b3", former);
    expect(readdirSync(join(dataOf("b3"), "quarantine"))).toHaveLength(1);
    expect(identityOf("b3")).toMatchObject({ voterId: (await voterOn("b3"))?.id, bootstrap: false });
    const names = (await list("b3")).items.map(({ metadata }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(["before-damage", "during-damage"]));
  });

  it("take one back whose log was wiped, the founder too", async () => {
    const former = (await voterOn("b1"))?.id ?? "";
    await bramble("voters transfer b2");
    await lab.kill("b1");
    rmSync(join(dataOf("b1"), "raft"), { recursive: true });
    await lab.start("b1");
    await returned("b1", former);
    await write("after-wipe");
  });

  it("take one back on whose disk an old backup was put, as it has forgotten what it acknowledged", async () => {
    const former = (await voterOn("b3"))?.id ?? "";
    const backup = `${dataOf("b3")}-backup`;
    await lab.kill("b3");
    cpSync(dataOf("b3"), backup, { recursive: true });
    await lab.start("b3");
    await write("after-backup");
    await waitUntil("b3 holds everything", 30_000, async () => (await voterOn("b3"))?.lag === 0);
    await lab.kill("b3");
    rmSync(dataOf("b3"), { recursive: true });
    renameSync(backup, dataOf("b3"));
    await lab.start("b3");
    await returned("b3", former);
    expect((await list("b3")).items.map(({ metadata }) => metadata.name)).toContain("after-backup");
  });

  it("lose one that is taken out, which goes on as a board and is a voter again when asked", async () => {
    const { leader: leads, id: former } = (await voterOn("b3")) ?? {};
    expect(leads).toBe(false);
    const remove = await bramble("voters remove b3 --output json");
    expect(JSON.parse(remove)).toEqual({ voter: former });
    await waitUntil("b3 knows that it is no voter", 30_000, () => !("voterId" in identityOf("b3")));
    await waitUntil("b3 is Ready as a board", 30_000, async () => (await api("b1").readiness()).get("b3") === true);
    expect(JSON.parse(await bramble("voters add b3 --output json"))).toMatchObject({ node: "b3" });
    expect((await voterOn("b3"))?.id).not.toBe(former);
  });
});

describe("a snapshot of a fleet", () => {
  it("becomes a fleet with the same objects, once nobody of the old one is left", async () => {
    const file = join(dataOf("b1"), "..", "fleet.snapshot");
    await bramble(`snapshot save ${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const summary: unknown = JSON.parse(await bramble(`snapshot inspect ${file} --output json`));
    const before = await list("b1");
    expect(summary).toMatchObject({ fleet: name, objects: { "core/configmaps": expect.any(Number) } });
    const { address } = boardNamed(lab.record, "b1");
    const restore = ["snapshot", "restore", file, "--name", "b1", "--address", address, "--data-dir"];
    const elsewhere = join(dataOf("b1"), "..", "elsewhere");
    await expect(lab.on("b1")([brambleProgram, ...restore, elsewhere])).rejects.toThrow(/back in time/);
    expect(existsSync(elsewhere)).toBe(false);

    await Promise.all(["b1", "b2", "b3"].map((board) => lab.kill(board)));
    renameSync(dataOf("b1"), `${dataOf("b1")}-old`);
    mkdirSync(dataOf("b1"));
    await lab.start("b1");
    await lab.on("b1")([brambleProgram, ...restore, dataOf("b1")]);
    await startBramble(lab.record, boardNamed(lab.record, "b1"));
    await waitUntil("the restored fleet answers", 30_000, () =>
      list("b1").then(
        () => true,
        () => false,
      ),
    );
    const after = await list("b1");
    expect(after.items).toEqual(before.items);
    expect((await voters()).voters).toMatchObject([{ node: "b1", role: "voter", leader: true }]);
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(1_000_000_000);
    const fromBefore = `${configMaps}?watch=1&timeoutSeconds=1&resourceVersion=${before.metadata.resourceVersion}`;
    expect(await api("b1").send("GET", fromBefore)).toContain("Expired");
  });
});
