/** What three boards keep doing while power and cables fail. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brambleProcess, bytesToStorage } from "./bramble-process.ts";
import { FleetApi } from "./fleet-api.ts";
import { containersOn, podsOn } from "./fleet-view.ts";
import { type Lab, upLab } from "./lab.ts";
import { waitUntilReady } from "./lab-fleet.ts";
import { boardPaths } from "./lab-names.ts";
import { boardNamed, type LabBoard } from "./lab-record.ts";
import { leaderOf } from "./leader.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-faults";
const boards = ["b1", "b2", "b3"];
const sample = join(import.meta.dirname, "../../config/samples/hello-daemonset.yaml");
/** The release criterion is five minutes; a minute finds what writes by the clock. */
const { BRAMBLE_LAB_IDLE_SECONDS: idleAsked = "60" } = process.env;
const idleSeconds = Number(idleAsked);
let lab: Lab;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
  await lab.kubectl(["apply", "-f", sample]);
  await podsOn(lab, "hello", boards);
});
afterAll(() => removeLab(name));

const configMaps = "/api/v1/namespaces/default/configmaps";
const configMap = (of: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: of },
  data: { written: "yes" },
});

/** Tries voters in turn until one has accepted the write. */
async function writeSomewhere(voters: readonly LabBoard[], of: string): Promise<void> {
  await waitUntil(`${of} is written`, 30_000, async () => {
    for (const voter of voters) {
      try {
        await new FleetApi(name, voter).send("POST", configMaps, configMap(of));
        return true;
      } catch (error) {
        // An earlier try that looked lost was not.
        if (String(error).includes("AlreadyExists")) return true;
      }
    }
    return false;
  });
}

const containersOf = async (these: readonly string[]) => Promise.all(these.map((board) => containersOn(lab, board)));

describe("a fleet of three voters", () => {
  it("accepts a write within 5 s after its leader lost power, and restarts nothing", async () => {
    const leader = await leaderOf(lab);
    const others = boards.filter((board) => board !== leader);
    const before = await containersOf(others);
    await lab.kill(leader);
    const killedMs = performance.now();
    await writeSomewhere(
      others.map((board) => boardNamed(lab.record, board)),
      "after-the-leader",
    );
    expect(performance.now() - killedMs).toBeLessThan(5_000);
    expect(await containersOf(others)).toEqual(before);

    await lab.start(leader);
    await waitUntilReady(lab.record, lab.record.boards);
    await waitUntil(`${leader} has caught up`, 30_000, () =>
      new FleetApi(name, boardNamed(lab.record, leader)).send("GET", `${configMaps}/after-the-leader`).then(
        () => true,
        () => false,
      ),
    );
    await podsOn(lab, "hello", boards);
    expect(await containersOf(others)).toEqual(before);
  });

  it("runs its pods on a board that boots without a network, and keeps them when the network is back", async () => {
    const board = boards.find((each) => each !== "b1") ?? "";
    await lab.unplug(board);
    await lab.kill(board);
    await lab.start(board);
    await waitUntil(
      `the pod runs again on ${board}, alone`,
      60_000,
      async () => (await containersOn(lab, board)).length === 2,
    );
    const alone = await containersOn(lab, board);

    await lab.plug(board);
    await waitUntilReady(lab.record, lab.record.boards);
    await podsOn(lab, "hello", boards);
    expect(await containersOn(lab, board)).toEqual(alone);

    await lab.unplug(board);
    await waitUntil(`${board} is missed`, 30_000, async () =>
      / NotReady /.test(await lab.kubectl(["get", "node", board])),
    );
    const sinceSeconds = String(Math.floor(Date.now() / 1_000));
    await lab.kubectl(["set", "env", "daemonset/hello", "GREETING=meanwhile"]);
    await lab.plug(board);
    await lab.kubectl(["rollout", "status", "daemonset/hello", "--timeout=120s"]);
    await podsOn(lab, "hello", boards);
    const changed = await containersOn(lab, board);
    expect(changed.filter((container) => alone.includes(container))).toEqual([]);
    // Applied once: one sandbox and one container were made, and the old two are gone.
    const until = String(Math.floor(Date.now() / 1_000) + 1);
    const made = await lab.docker(
      board,
      "events",
      "--since",
      sinceSeconds,
      "--until",
      until,
      "--filter",
      "event=create",
    );
    expect(made.split("\n").filter((line) => line.includes("container create"))).toHaveLength(2);
    expect((await lab.docker(board, "ps", "--all", "--quiet")).split("\n").filter(Boolean)).toHaveLength(2);
  });

  it("has every acknowledged write after all boards lost power in the middle of writing", async () => {
    const acknowledged: string[] = [];
    let writing = true;
    const writers = lab.record.boards.map(async (voter, writer) => {
      for (let count = 0; writing; count += 1) {
        const of = `loop-${writer}-${count}`;
        try {
          await new FleetApi(name, voter).send("POST", configMaps, configMap(of));
          acknowledged.push(of);
        } catch {
          // Not acknowledged: it may be there or not.
        }
      }
    });
    await waitUntil("the writers are at work", 30_000, () => acknowledged.length >= 200);
    await Promise.all(boards.map((board) => lab.kill(board)));
    writing = false;
    await Promise.all(writers);

    await Promise.all(boards.map((board) => lab.start(board)));
    await waitUntilReady(lab.record, lab.record.boards);
    const kept = new Set((await lab.kubectl(["get", "configmaps", "-o", "name"])).split("\n"));
    expect(acknowledged.filter((of) => !kept.has(`configmap/${of}`))).toEqual([]);
    await podsOn(lab, "hello", boards);
  });

  it(
    "writes nothing while nothing happens",
    async () => {
      // What the restart left to do comes to rest first.
      await waitUntil("the fleet rests", 120_000, async () => {
        const before = writtenSoFar();
        await pause(10_000);
        return writtenSoFar() === before;
      });
      const before = writtenSoFar();
      await pause(idleSeconds * 1_000);
      expect(writtenSoFar()).toBe(before);
    },
    (idleSeconds + 180) * 1_000,
  );
});

/** Bytes that bramble sent to storage, and size and time of each of its files, on all boards. */
function writtenSoFar(): string {
  return boards
    .flatMap((board) => {
      const { bramble } = boardPaths(name, board);
      const files = readdirSync(bramble, { recursive: true, encoding: "utf8" }).map((file) => {
        const { mtimeMs, size } = statSync(join(bramble, file));
        return `${file} ${size} ${mtimeMs}`;
      });
      return [`${board} ${bytesToStorage(brambleProcess(name, board))}`, ...files.sort()];
    })
    .join("\n");
}
