import { describe, expect, it } from "vitest";
import { podWords, workloadWords } from "../testing/telemetry-words.ts";
import type { PodState, WorkloadState } from "./fleet-state.ts";
import { spokenAge, spokenBytes, spokenShare } from "./spoken.ts";
import { boardSteps, podsOf, progressOf } from "./workload-progress.ts";

const workload = (rest: Partial<WorkloadState> = {}): WorkloadState => ({
  ...workloadWords(),
  key: "default/daemonsets/hello",
  namespace: "default",
  resource: "daemonsets",
  name: "hello",
  ...rest,
});

describe("figures are spoken", () => {
  it.each([
    [400, "now"],
    [12_400, "12 s"],
    [200_000, "3 min"],
    [5 * 3_600_000, "5 h"],
    [50 * 3_600_000, "2 d"],
  ])("%i ms as %s", (ms, words) => expect(spokenAge(ms)).toBe(words));
  it.each([
    [0, "0 B"],
    [640 * 1024, "640 KiB"],
    [1.5 * 1024 ** 3, "1.5 GiB"],
    [29 * 1024 ** 3, "29 GiB"],
  ])("%i bytes as %s", (bytes, words) => expect(spokenBytes(bytes)).toBe(words));
  it("shares in percent", () => expect(spokenShare(0.423)).toBe("42 %"));
});

describe("a rollout", () => {
  it.each<[string, Partial<WorkloadState>, number]>([
    ["complete", {}, 1],
    ["1 of 3 updated", { complete: false, updated: 1, available: 3 }, 1 / 3],
    ["2 of 3 updated", { complete: false, updated: 3, available: 2 }, 2 / 3],
    [
      "1 of 2 updated, 1 away, served on return",
      { complete: false, updated: 1, available: 1, boards: [{ node: "pi-3", state: "offline" }] },
      1 / 2,
    ],
    ["0 of 3 updated, 1 failed", { complete: false, updated: 0, boards: [{ node: "pi-1", state: "failed" }] }, 0],
    ["0 of 0 updated", { complete: false, desired: 0, updated: 0 }, 0],
  ])("has come so far: %s", (words, rest, share) => {
    expect(progressOf(workload(rest))).toMatchObject({ words, share });
  });

  it("is shown board by board, trouble first", () => {
    const boards = [
      { node: "b", state: "updated" },
      { node: "d", state: "failed" },
      { node: "a", state: "updated" },
      { node: "c", state: "updating" },
    ] as const;
    expect(boardSteps(workload({ boards: [...boards] })).map(({ node }) => node)).toEqual(["d", "c", "a", "b"]);
  });

  it("finds its own pods", () => {
    const pod = (name: string, owner?: PodState["owner"]): PodState => {
      const { owner: _, ...words } = podWords();
      return { ...words, key: `default/${name}`, namespace: "default", name, ...(owner !== undefined && { owner }) };
    };
    const own = { resource: "daemonsets", name: "hello" };
    const pods = [pod("a", own), pod("x"), pod("b", own), pod("y", { resource: "deployments", name: "hello" })];
    expect(podsOf(pods, workload()).map(({ name }) => name)).toEqual(["a", "b"]);
  });
});
