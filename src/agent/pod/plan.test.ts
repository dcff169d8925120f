import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Pod, podSchema } from "../../api/kinds/pod.ts";
import { podObject } from "../testing/test-board.ts";
import type { ContainerRole, ObservedPod, PodContainer } from "./observed-pod.ts";
import { type PodMemory, type PodPlan, planPod } from "./plan.ts";

const nowMs = 1_700_000_000_000;

function aPod(spec: object = {}, metadata: object = {}): Pod {
  return podSchema.parse(podObject("web", spec, metadata));
}

function aContainer(role: ContainerRole, changes: Partial<PodContainer> = {}): PodContainer {
  return {
    id: role,
    labels: {},
    role,
    name: role === "sandbox" ? "" : "main",
    image: "busybox:test",
    attempt: 0,
    backoffLevel: 0,
    sandboxId: role === "sandbox" ? "" : "sandbox",
    address: undefined,
    graceSeconds: 7,
    state: "running",
    pid: 1,
    exitCode: 0,
    outOfMemory: false,
    error: "",
    imageId: "sha256:1",
    createdAtMs: nowMs - 60_000,
    startedAtMs: nowMs - 60_000,
    finishedAtMs: undefined,
    ...changes,
  };
}

const ended = (changes: Partial<PodContainer> = {}): Partial<PodContainer> => ({
  state: "exited",
  pid: 0,
  exitCode: 1,
  startedAtMs: nowMs - 61_000,
  finishedAtMs: nowMs - 1_000,
  ...changes,
});

function observe(sandboxes: readonly PodContainer[], containers: readonly PodContainer[]): ObservedPod {
  return {
    uid: "uid-web",
    namespace: "default",
    name: "web",
    sandboxes,
    containers: containers.toSorted((a, b) => b.attempt - a.attempt),
  };
}

const settledMemory: PodMemory = {
  filesReady: true,
  filesGone: false,
  attachedSandbox: "sandbox",
  unhealthy: new Set(),
  starting: new Set(),
  retryAtMs: new Map(),
  nameTaken: false,
};

const plan = (pod: Pod | undefined, observed: ObservedPod, memory: Partial<PodMemory> = {}): PodPlan =>
  planPod({ pod, observed, nowMs, memory: { ...settledMemory, ...memory } });

const sandbox = aContainer("sandbox");
const app = aContainer("app");
const settled = { type: "wait", untilMs: undefined };

describe("planPod", () => {
  it("prepares, makes the sandbox, attaches it, then starts the container", () => {
    const pod = aPod();
    expect(plan(pod, observe([], []), { filesReady: false })).toEqual({ type: "prepareFiles" });
    expect(plan(pod, observe([], []))).toEqual({ type: "createSandbox" });
    expect(plan(pod, observe([sandbox], []), { attachedSandbox: undefined })).toEqual({
      type: "attachNetwork",
      sandbox,
    });
    expect(plan(pod, observe([sandbox], []))).toMatchObject({ type: "startContainer", attempt: 0, backoffLevel: 0 });
    expect(plan(pod, observe([sandbox], [app]))).toEqual(settled);
  });

  it("leaves a running pod alone that it has only just met, but for its network", () => {
    const pod = aPod();
    expect(plan(pod, observe([sandbox], [app]), { filesReady: false, attachedSandbox: undefined })).toEqual({
      type: "prepareFiles",
    });
    expect(plan(aPod({ hostNetwork: true }), observe([sandbox], [app]), { attachedSandbox: undefined })).toEqual(
      settled,
    );
  });

  it.each([
    ["Always", 0, "startContainer"],
    ["Always", 1, "startContainer"],
    ["OnFailure", 1, "startContainer"],
    ["OnFailure", 0, "removeSandbox"],
    ["Never", 1, "removeSandbox"],
  ])("with policy %s and exit code %i goes on with %s", (restartPolicy, exitCode, type) => {
    const observed = observe([sandbox], [aContainer("app", ended({ exitCode }))]);
    expect(plan(aPod({ restartPolicy }), observed).type).toBe(type);
  });

  it.each([
    [0, 0],
    [1, 10_000],
    [2, 20_000],
    [5, 160_000],
    [6, 300_000],
    [40, 300_000],
  ])("at back-off level %i rests %i ms after the end", (backoffLevel, restMs) => {
    const observed = observe([sandbox], [aContainer("app", ended({ backoffLevel, finishedAtMs: nowMs - 1 }))]);
    const expected =
      restMs === 0 ? { type: "startContainer", backoffLevel: 1 } : { type: "wait", untilMs: nowMs - 1 + restMs };
    expect(plan(aPod(), observed)).toMatchObject(expected);
  });

  it("forgets the back-off after ten minutes of running, and of an end in the future", () => {
    const long = ended({ backoffLevel: 5, startedAtMs: nowMs - 601_000 });
    expect(plan(aPod(), observe([sandbox], [aContainer("app", long)]))).toMatchObject({
      type: "startContainer",
      backoffLevel: 1,
    });
    const future = ended({ backoffLevel: 5, startedAtMs: nowMs + 86_400_000, finishedAtMs: nowMs + 86_401_000 });
    expect(plan(aPod(), observe([sandbox], [aContainer("app", future)])).type).toBe("startContainer");
  });

  it("after a lost sandbox clears it away, and starts anew without back-off", () => {
    const lost = aContainer("sandbox", ended());
    const orphan = aContainer("app", ended({ backoffLevel: 4 }));
    expect(plan(aPod(), observe([lost], [app]))).toMatchObject({ type: "stop", why: "sandboxLost" });
    expect(plan(aPod(), observe([lost], [orphan]))).toMatchObject({ type: "removeSandbox" });
    expect(plan(aPod(), observe([], [orphan]))).toEqual({ type: "createSandbox" });
    const heir = aContainer("sandbox", { id: "heir" });
    const memory = { attachedSandbox: "heir" };
    expect(plan(aPod(), observe([heir], [orphan]), memory)).toMatchObject({
      type: "startContainer",
      attempt: 1,
      backoffLevel: 0,
    });
  });

  it("stops what is unhealthy or has another image, and nothing else", () => {
    expect(plan(aPod(), observe([sandbox], [app]), { unhealthy: new Set(["app"]) })).toMatchObject({
      type: "stop",
      why: "unhealthy",
    });
    const old = aContainer("app", { image: "busybox:old" });
    expect(plan(aPod(), observe([sandbox], [old]))).toMatchObject({ type: "stop", why: "imageChanged" });
  });

  it("ends a pod step by step: containers, sandbox, records, files", () => {
    const metadata = { deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 3 };
    const pod = aPod({}, metadata);
    expect(plan(pod, observe([sandbox], [app]))).toMatchObject({ type: "stop", graceSeconds: 3, why: "deleted" });
    expect(plan(undefined, observe([sandbox], [app]))).toMatchObject({ type: "stop", graceSeconds: 7 });
    const dead = aContainer("app", ended());
    expect(plan(pod, observe([sandbox], [dead])).type).toBe("removeSandbox");
    expect(plan(pod, observe([], [dead])).type).toBe("remove");
    expect(plan(pod, observe([], []))).toEqual({ type: "removeFiles" });
    expect(plan(pod, observe([], []), { filesGone: true })).toEqual({ type: "gone" });
  });

  it("starts nothing while an older pod has the name", () => {
    expect(plan(aPod(), observe([], []), { nameTaken: true })).toEqual(settled);
  });

  it("settles within bounded rounds from anything an engine can hold, and never touches what is well", () => {
    fc.assert(
      fc.property(anyObserved, anyPod, (start, pod) => {
        let observed = start;
        let memory: PodMemory = { ...settledMemory, filesReady: false, attachedSandbox: undefined };
        for (let round = 0; round < 80; round += 1) {
          const next = planPod({ pod, observed, memory, nowMs });
          if (next.type === "gone" || next.type === "wait") return;
          expectNoHarm(pod, observed, next);
          [observed, memory] = apply(next, observed, memory, round);
        }
        throw new Error("the plan did not settle");
      }),
      { numRuns: 500 },
    );
  });
});

/** Whatever may be stopped or removed: never a container that runs in the newest live sandbox as the pod wants it. */
function expectNoHarm(pod: Pod | undefined, observed: ObservedPod, step: PodPlan): void {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
  if (step.type !== "stop" && step.type !== "remove") return;
  const live = observed.sandboxes.find(({ state }) => state === "running");
  const phaseIsOver = pod.spec.restartPolicy !== "Always";
  for (const { role, state, sandboxId, image, attempt } of step.containers) {
    const isWell = role === "app" && state === "running" && sandboxId === live?.id && image === "busybox:test";
    const isNewest = observed.containers.every((one) => one.attempt <= attempt);
    expect(isWell && isNewest && !phaseIsOver).toBe(false);
  }
}

function apply(step: PodPlan, observed: ObservedPod, memory: PodMemory, round: number): [ObservedPod, PodMemory] {
  const without = (gone: readonly PodContainer[]) => (one: PodContainer) => !gone.includes(one);
  switch (step.type) {
    case "prepareFiles":
      return [observed, { ...memory, filesReady: true }];
    case "attachNetwork":
      return [observed, { ...memory, attachedSandbox: step.sandbox.id }];
    case "removeFiles":
      return [observed, { ...memory, filesGone: true }];
    case "createSandbox":
      return [
        observe([aContainer("sandbox", { id: `new-${round}` }), ...observed.sandboxes], observed.containers),
        memory,
      ];
    case "removeSandbox":
      return [observe(observed.sandboxes.filter(without(step.sandboxes)), observed.containers), memory];
    case "remove":
      return [observe(observed.sandboxes, observed.containers.filter(without(step.containers))), memory];
    case "stop": {
      const stopped = observed.containers.map((one) =>
        step.containers.includes(one) ? { ...one, ...ended({ finishedAtMs: nowMs }) } : one,
      );
      return [observe(observed.sandboxes, stopped), memory];
    }
    case "startContainer": {
      const { role, attempt, backoffLevel, container, sandbox: joined } = step;
      const ends = role === "init" ? ended({ exitCode: 0 }) : {};
      const made = aContainer(role, {
        id: `c-${round}`,
        name: container.name,
        attempt,
        backoffLevel,
        sandboxId: joined.id,
        ...ends,
      });
      return [observe(observed.sandboxes, [made, ...observed.containers]), memory];
    }
    default:
      return [observed, memory];
  }
}

const anyState = fc.constantFrom<Partial<PodContainer>>(
  {},
  { state: "created", pid: 0, startedAtMs: undefined },
  ended(),
  ended({ exitCode: 0 }),
);
const anySandboxes = fc
  .array(anyState, { maxLength: 3 })
  .map((states) => states.map((state, index) => aContainer("sandbox", { id: `s${index}`, ...state })));
const anyMember = fc
  .record({
    state: anyState,
    role: fc.constantFrom<ContainerRole>("app", "init"),
    name: fc.constantFrom("main", "side", "first"),
    image: fc.constantFrom("busybox:test", "busybox:old"),
    sandboxId: fc.constantFrom("s0", "s1", "s2", "lost"),
    backoffLevel: fc.nat(8),
  })
  .map(({ state, role, ...rest }) => aContainer(role, { ...rest, ...state }));
const anyObserved = fc.tuple(anySandboxes, fc.array(anyMember, { maxLength: 6 })).map(([sandboxes, members]) =>
  observe(
    sandboxes,
    members.map((one, index) => ({ ...one, id: `m${index}`, attempt: index })),
  ),
);
const image = "busybox:test";
const anyPod = fc
  .record({
    restartPolicy: fc.constantFrom("Always", "OnFailure", "Never"),
    initContainers: fc.constantFrom([], [{ name: "first", image }]),
    containers: fc.constantFrom(
      [{ name: "main", image }],
      [
        { name: "main", image },
        { name: "side", image },
      ],
    ),
    fate: fc.constantFrom("wanted", "wanted", "deleted", "unnamed"),
  })
  .map(({ fate, ...spec }) => {
    if (fate === "unnamed") return undefined;
    return aPod(spec, fate === "deleted" ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {});
  });
