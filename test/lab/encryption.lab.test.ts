/** The fleet's secrets on real boards: one key, a new one, and disks that tell whoever takes them nothing. */
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type EncryptionStatus, encryptionStatusSchema, rotationSchema } from "../../src/api/operations-exchange.ts";
import { LevelStateBackend } from "../../src/platform/level/level-state-backend.ts";
import { brambleProcess } from "./bramble-process.ts";
import { FleetApi } from "./fleet-api.ts";
import { type Lab, upLab } from "./lab.ts";
import { brambleProgram } from "./lab-board.ts";
import { boardPaths } from "./lab-names.ts";
import { boardNamed } from "./lab-record.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-encryption";
const boards = ["b1", "b2", "b3"];
/** Of the log's files: `src/replication/log/sectors.ts`. */
const sectorBytes = 512;
const stampBytes = 8;
const home = "/api/v1/namespaces/default";
const secretListSchema = z.object({
  items: z.array(
    z.object({ metadata: z.object({ name: z.string() }), data: z.record(z.string(), z.string()).optional() }),
  ),
});
const keyFileSchema = z.object({ keys: z.array(z.object({ id: z.string(), key: z.string() })) });
let lab: Lab;
/** Of Secrets by their names, in the clear. */
const written = new Map<string, string>();
/** In the clear as well, of a ConfigMap: what a disk shows of what nobody encrypts. */
const openly = `open-${randomBytes(24).toString("hex")}`;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
});
afterAll(() => removeLab(name));

const dataOf = (board: string) => boardPaths(name, board).bramble;
const api = (board: string) => new FleetApi(name, boardNamed(lab.record, board));
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** As the administrator, on the board that has the kubeconfig. */
function bramble(line: string): Promise<string> {
  return lab.on("b1")([brambleProgram, ...line.split(" ")]);
}

async function status(): Promise<EncryptionStatus> {
  return encryptionStatusSchema.parse(JSON.parse(await bramble("encryption status --output json")));
}

async function rotate() {
  return rotationSchema.parse(JSON.parse(await bramble("encryption rotate --output json")));
}

/** A Secret through each of the voters. */
async function write(when: string): Promise<void> {
  for (const board of boards) {
    const of = `${when}-${board}`;
    const password = `hidden-${randomBytes(24).toString("hex")}`;
    await api(board).send("POST", `${home}/secrets`, { metadata: { name: of }, data: { password: base64(password) } });
    written.set(of, password);
  }
}

/** What a voter answers of all that was written. */
async function readThrough(board: string): Promise<ReadonlyMap<string, string>> {
  const { items } = secretListSchema.parse(JSON.parse(await api(board).send("GET", `${home}/secrets`)));
  const ours = items.filter(({ metadata }) => written.has(metadata.name));
  return new Map(
    ours.map(({ metadata, data }) => [metadata.name, Buffer.from(data?.["password"] ?? "", "base64").toString()]),
  );
}

/** Waits while the voter is not up yet. */
async function answers(board: string): Promise<void> {
  const isAnswer = () =>
    readThrough(board).then(
      () => true,
      () => false,
    );
  await waitUntil(`${board} answers`, 30_000, isAnswer);
}

async function expectReadable(): Promise<void> {
  for (const board of boards) {
    await answers(board);
    expect(await readThrough(board), board).toEqual(written);
  }
}

/** In order, upon which a voter writes its state to LevelDB, as it otherwise does rarely. */
async function restart(board: string): Promise<void> {
  const former = brambleProcess(name, board);
  process.kill(former, "SIGTERM");
  await waitUntil(`bramble is started again on ${board}`, 30_000, () => {
    try {
      return brambleProcess(name, board) !== former;
    } catch {
      return false;
    }
  });
  await answers(board);
}

/** Of each voter's own file, which nobody else may read. */
function keysOf(board: string) {
  const file = join(dataOf(board), "encryption.keys");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return keyFileSchema.parse(JSON.parse(readFileSync(file, "utf8"))).keys.map(({ id }) => id);
}

/** Everything that lies below a directory of a board's data, byte by byte. */
function bytesOf(board: string, directory: string): Buffer {
  const entries = readdirSync(join(dataOf(board), directory), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))));
}

/** The log without the stamps that each of its sectors begins with, which part what is longer than a sector. */
function logOf(board: string): Buffer {
  const bytes = bytesOf(board, "raft");
  const contents: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += sectorBytes)
    contents.push(bytes.subarray(at + stampBytes, at + sectorBytes));
  return Buffer.concat(contents);
}

/** The state as LevelDB shows it, whose files are compressed: from a copy, as the voter has its own open. */
async function stateOf(board: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "bramble-state-"));
  cpSync(join(dataOf(board), "state"), copy, { recursive: true });
  const backend = await LevelStateBackend.open(copy);
  const entries: string[] = [];
  for await (const { key, value } of backend.scan({ from: "", to: "\uffff" })) entries.push(key, value);
  await backend.close();
  rmSync(copy, { recursive: true });
  return entries.join("\n");
}

async function everybodyReady(): Promise<void> {
  await waitUntil("every board is Ready", 60_000, async () => {
    const readiness = await api("b1")
      .readiness()
      .catch(() => new Map<string, boolean>());
    return boards.every((board) => readiness.get(board) === true);
  });
}

/** A pod on the board that has the Secret as a file. */
async function runReader(pod: string, board: string, secretName: string): Promise<void> {
  const volumes = [{ name: "secret", secret: { secretName } }];
  const volumeMounts = [{ name: "secret", mountPath: "/secret" }];
  const containers = [{ name: "c", image: "bramble/hello:1", command: ["sleep", "1000"], volumeMounts }];
  await api("b1").send("POST", `${home}/pods`, {
    metadata: { name: pod },
    spec: { nodeName: board, containers, volumes },
  });
  await lab.kubectl(["wait", "--for=condition=Ready", `pod/${pod}`, "--timeout=60s"]);
}

const readIn = (pod: string) => lab.kubectl(["exec", pod, "--", "cat", "/secret/password"]);

describe("the fleet's secrets", () => {
  let first = "";

  it("are encrypted with one key from the beginning, which every voter has", async () => {
    await write("before");
    await api("b1").send("POST", `${home}/configmaps`, { metadata: { name: "open" }, data: { openly } });
    const { keyId = "", isRotating, values, outdated, voters } = await status();
    expect({ isRotating, outdated }).toEqual({ isRotating: false, outdated: 0 });
    expect(values).toBeGreaterThanOrEqual(written.size);
    expect(voters.map(({ node }) => node)).toEqual(boards);
    for (const board of boards) expect(keysOf(board)).toEqual([keyId]);
    await runReader("early", "b3", "before-b3");
    first = keyId;
  });

  it("are read through every voter, whether they were written before the key was changed or after", async () => {
    const { values } = await status();
    const { keyId, rewritten } = await rotate();
    expect(keyId).not.toBe(first);
    expect(rewritten).toBe(values);
    await write("after");
    await expectReadable();
    const now = await status();
    expect(now).toMatchObject({ keyId, isRotating: false, outdated: 0, values: values + boards.length });
    expect(now.voters.map(({ tookOver }) => tookOver)).toEqual([keyId, keyId, keyId]);
    expect(await bramble("encryption status")).toMatch(
      new RegExp(`^key +${keyId}\nsecrets +(\\d+) of \\1 with this key$`, "m"),
    );
    for (const board of boards) expect(keysOf(board)).toEqual([first, keyId]);
  });

  it("reach the pods that use them, those that run and those that come", async () => {
    await runReader("late", "b3", "before-b1");
    expect(await readIn("early")).toBe(written.get("before-b3"));
    expect(await readIn("late")).toBe(written.get("before-b1"));
  });

  it("are read from the log after a power cut of the whole fleet", async () => {
    await Promise.all(boards.map((board) => lab.kill(board)));
    await Promise.all(boards.map((board) => lab.start(board)));
    await expectReadable();
    await everybodyReady();
  });

  it("lie on no disk in the clear: not in the log, not in the state, not in what a board keeps for its pods", async () => {
    for (const board of boards) await restart(board);
    const { keyId = "" } = await status();
    for (const board of boards) {
      const places = { log: logOf(board), state: await stateOf(board), files: bytesOf(board, ".") };
      // That the text of a ConfigMap is found shows that a Secret's would be.
      for (const place of [places.log, places.state]) {
        expect(place.includes(openly), `${board} shows the ConfigMap`).toBe(true);
        expect(place.includes(`encrypted:v1:${keyId}:`), `${board} holds ciphertext`).toBe(true);
      }
      for (const [of, text] of written)
        for (const form of [text, base64(text)])
          for (const [place, content] of Object.entries(places))
            expect(content.includes(form), `${of} in the ${place} of ${board}`).toBe(false);
    }
    expect(bytesOf("b3", "slice").includes("before-b3"), "b3 keeps the Secrets of its pods").toBe(true);
  });
});

describe("a change of the key", () => {
  it("that a voter misses says so, and goes on when the voter is back", async () => {
    const { keyId: former } = await status();
    await lab.kill("b3");
    await expect(bramble("encryption rotate")).rejects.toThrow(/voters "b3".*see that it runs/);
    expect(await status()).toMatchObject({ keyId: former, isRotating: true, outdated: 0 });
    await api("b1").send("POST", `${home}/secrets`, {
      metadata: { name: "meanwhile" },
      data: { password: base64("m") },
    });
    written.set("meanwhile", "m");
    await lab.start("b3");
    await everybodyReady();
    const { keyId } = await rotate();
    expect(await status()).toMatchObject({ keyId, isRotating: false, outdated: 0 });
    // The one before may still be needed by history; the first one nothing is encrypted with any more.
    for (const board of boards) expect(keysOf(board)).toEqual([former, keyId]);
    await expectReadable();
  });
});
