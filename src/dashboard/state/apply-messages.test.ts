import { describe, expect, it } from "vitest";
import { type TelemetryTopic, telemetryTopic } from "../../api/telemetry/topics.ts";
import { fleetWords, metricsWords, podWords, statusWords, workloadWords } from "../testing/telemetry-words.ts";
import { applyMessages } from "./apply-messages.ts";
import { emptyFleet } from "./fleet-state.ts";
import { keepTold } from "./keep-told.ts";
import type { RawMessage } from "./read-message.ts";

const said = (topic: TelemetryTopic, words: unknown, isRetained = false): RawMessage => ({
  topic: telemetryTopic("home", topic),
  payload: typeof words === "string" ? words : JSON.stringify(words),
  isRetained,
});
const node = (name: string, what: "availability" | "status" | "metrics" | "mesh") =>
  ({ about: "node", node: name, what }) as const;
const pod = (name: string) => ({ about: "pod", namespace: "default", name }) as const;
const apply = (messages: readonly RawMessage[], state = emptyFleet, nowMs = 0) =>
  applyMessages(state, "home", messages, nowMs);

describe("messages of a fleet", () => {
  it("make up its boards, pods, workloads and all else that is told", () => {
    const state = apply([
      said({ about: "fleet" }, fleetWords()),
      said(node("pi-1", "availability"), "online"),
      said(node("pi-1", "status"), statusWords()),
      said(node("pi-1", "metrics"), metricsWords()),
      said(pod("hello-x"), podWords()),
      said({ about: "workload", namespace: "default", resource: "daemonsets", name: "hello" }, workloadWords()),
      said({ about: "claim", namespace: "default", name: "data" }, { phase: "Bound", created: "2026-01-01T00:00:00Z" }),
      said(
        { about: "attention", id: "node.pi-1.under-voltage" },
        { severity: "warning", title: "Low power", advice: "Use another supply.", since: "2026-01-01T00:00:00Z" },
      ),
    ]);
    expect(state.summary?.said.leader).toBe("pi-1");
    expect(state.boards.get("pi-1")).toMatchObject({
      availability: "online",
      status: { ready: true },
      metrics: { pods: 3 },
    });
    expect(state.pods.get("default/hello-x")).toMatchObject({
      namespace: "default",
      name: "hello-x",
      phase: "Running",
    });
    expect(state.workloads.get("default/daemonsets/hello")?.desired).toBe(3);
    expect(state.claims.get("default/data")?.phase).toBe("Bound");
    expect(state.attention.get("node.pi-1.under-voltage")?.title).toBe("Low power");
    expect(state.misunderstood).toBe(0);
  });

  it("that are empty take back what was said", () => {
    const before = apply([
      said(pod("a"), podWords()),
      said(pod("b"), podWords()),
      said(node("pi-1", "status"), statusWords()),
    ]);
    const state = apply([said(pod("a"), ""), said(node("pi-1", "status"), ""), said(pod("unknown"), "")], before);
    expect([...state.pods.keys()]).toEqual(["default/b"]);
    expect(state.boards.size).toBe(0);
  });

  it("leave alone what they do not speak of", () => {
    const before = apply([said(pod("a"), podWords()), said(node("pi-1", "status"), statusWords())]);
    const state = apply([said(node("pi-2", "status"), statusWords())], before);
    expect(state.pods).toBe(before.pods);
    expect(state.boards.get("pi-1")).toBe(before.boards.get("pi-1"));
    expect(before.boards.size).toBe(1);
  });

  it.each([
    ["no JSON", said(pod("a"), "{")],
    ["another shape", said(pod("a"), { phase: "Sleeping" })],
    ["another fleet's", { topic: "bramble/other/telemetry/v1/fleet", payload: "{}", isRetained: false }],
    ["no word of a board's availability", said(node("pi-1", "availability"), "maybe")],
  ])("that are %s change nothing and are counted", (_, message) => {
    const state = apply([message]);
    expect(state).toEqual({ ...emptyFleet, misunderstood: 1 });
  });

  it("keep names that objects inherit as names", () => {
    const state = apply([said(node("__proto__", "status"), statusWords()), said(pod("constructor"), podWords())]);
    expect(state.boards.get("__proto__")?.status?.ready).toBe(true);
    expect(state.pods.get("default/constructor")?.phase).toBe("Running");
  });

  it("put the latest news first, and keep so many of them", () => {
    const news = (message: string) =>
      said(
        { about: "event", namespace: "default" },
        {
          ...{
            time: "2026-01-01T00:00:00Z",
            type: "Normal",
            reason: "Pulled",
            message,
            kind: "Pod",
            name: "a",
            count: 1,
          },
        },
      );
    const state = apply(Array.from({ length: 600 }, (_, index) => news(String(index))));
    expect(state.news).toHaveLength(500);
    expect(state.news.slice(0, 2).map(({ message, number }) => [message, number])).toEqual([
      ["599", 600],
      ["598", 599],
    ]);
  });
});

describe("a board's measurements", () => {
  it("are a word of its own only when they come live, and then make its history and rhythm", () => {
    const kept = apply([said(node("pi-1", "metrics"), metricsWords(), true)], emptyFleet, 1_000).boards.get("pi-1");
    expect(kept?.lastWordMs).toBeUndefined();
    expect(kept?.history).toEqual([]);
    let state = emptyFleet;
    for (const nowMs of [10_000, 20_000, 30_500])
      state = apply([said(node("pi-1", "metrics"), metricsWords())], state, nowMs);
    const board = state.boards.get("pi-1");
    expect(board).toMatchObject({ lastWordMs: 30_500, rhythmMs: 10_500 });
    expect(board?.history.map(({ atMs }) => atMs)).toEqual([10_000, 20_000, 30_500]);
  });

  it("are kept within bounds, the older ones more sparsely", () => {
    let state = emptyFleet;
    for (let at = 0; at < 5_000; at += 1) state = apply([said(node("pi-1", "metrics"), metricsWords())], state, at);
    const history = state.boards.get("pi-1")?.history ?? [];
    expect(history.length).toBeLessThanOrEqual(360);
    expect(history.at(-1)?.atMs).toBe(4_999);
    expect(history[0]?.atMs).toBe(0);
    expect(history.every(({ atMs }, index) => index === 0 || atMs > (history[index - 1]?.atMs ?? 0))).toBe(true);
  });
});

describe("after a break", () => {
  it("what the broker keeps no longer is forgotten", () => {
    const before = apply([
      said(pod("a"), podWords()),
      said(pod("b"), podWords()),
      said(node("pi-1", "status"), statusWords()),
      said(node("pi-2", "status"), statusWords()),
    ]);
    const topics = [pod("b"), node("pi-1", "metrics")].map((topic) => telemetryTopic("home", topic));
    const state = keepTold(before, "home", new Set(topics));
    expect([...state.pods.keys()]).toEqual(["default/b"]);
    expect([...state.boards.keys()]).toEqual(["pi-1"]);
  });
});
