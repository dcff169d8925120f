/** Three boards run a DaemonSet that a person applies with kubectl. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askFromPod, containersOn, podsOf, podsOn } from "./fleet-view.ts";
import { type Lab, upLab } from "./lab.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-daemon-set";
const boards = ["b1", "b2", "b3"];
const sample = join(import.meta.dirname, "../../config/samples/hello-daemonset.yaml");
let lab: Lab;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
});
afterAll(() => removeLab(name));

describe("three boards, all of them voters", () => {
  it("are Ready in kubectl's eyes", async () => {
    const table = await lab.kubectl(["get", "nodes", "-o", "wide"]);
    for (const { name: board, address } of lab.record.boards) {
      expect(table).toMatch(new RegExp(`^${board} +Ready .* ${address.replaceAll(".", "\\.")} `, "m"));
    }
  });

  it("run the sample on each board, where every pod hears every other's own address", async () => {
    await lab.kubectl(["apply", "-f", sample]);
    const pods = await podsOn(lab, "hello", boards);
    for (const caller of pods) {
      for (const server of pods.filter((pod) => pod !== caller)) {
        const said = await askFromPod(lab, caller.board, server.address);
        expect(said).toContain(`hello from ${server.name} on ${server.board}, to ${caller.address}`);
      }
    }
  });

  it("roll a changed template over all boards, and `rollout status` ends by itself", async () => {
    const before = await podsOf(lab, "hello");
    await lab.kubectl(["set", "env", "daemonset/hello", "GREETING=again"]);
    expect(await lab.kubectl(["rollout", "status", "daemonset/hello", "--timeout=90s"])).toContain(
      "successfully rolled out",
    );
    const after = await podsOn(lab, "hello", boards);
    expect(after.filter(({ name: pod }) => before.some((old) => old.name === pod))).toEqual([]);
  });

  it("run a DaemonSet with a node selector where the label is, and only there", async () => {
    await lab.kubectl(["label", "node", "b2", "camera=yes"]);
    const camera = (await readFile(sample, "utf8"))
      .replaceAll("hello\n", "camera\n")
      .replace("- name: camera", "- name: hello")
      .replace(
        "      terminationGracePeriodSeconds",
        '      nodeSelector:\n        camera: "yes"\n      terminationGracePeriodSeconds',
      );
    await lab.kubectl(["apply", "-f", "-"], camera);
    await podsOn(lab, "camera", ["b2"]);
    await lab.kubectl(["label", "node", "b3", "camera=yes"]);
    await podsOn(lab, "camera", ["b2", "b3"]);
    await lab.kubectl(["label", "node", "b2", "camera-"]);
    await podsOn(lab, "camera", ["b3"]);
  });

  it("keep no container of a deleted DaemonSet", async () => {
    await lab.kubectl(["delete", "daemonset", "hello", "camera"]);
    await waitUntil("every container is gone", 60_000, async () => {
      const left = await Promise.all(boards.map((board) => lab.docker(board, "ps", "--all", "--quiet")));
      return left.join("") === "";
    });
    expect(await podsOf(lab, "hello")).toEqual([]);
    expect(await containersOn(lab, "b1")).toEqual([]);
  });
});
