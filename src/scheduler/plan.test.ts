import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Node } from "../api/kinds/node.ts";
import type { PersistentVolume } from "../api/kinds/persistent-volume.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { makeClaim, makeNode, makePod, makeStorageClass, makeVolume } from "../client/testing/objects.ts";
import { claimsOf } from "./claims.ts";
import { planPlacement } from "./plan.ts";
import { demandOfAll, nodeAllocatable } from "./resource-demand.ts";

/** What is decided for `pod`, in one line; `on` is what runs where already. */
function decide(
  pod: Pod,
  nodes: readonly Node[],
  on: Readonly<Record<string, Pod[]>> = {},
  volumes: PersistentVolume[] = [],
): string {
  const decision = planPlacement(
    { pod, volumes },
    nodes.map((node) => ({ node, pods: on[node.metadata.name] ?? [] })),
  );
  return decision.kind === "bind" ? decision.nodeName : decision.message;
}

const asking = (cpu: string, memory = "1Mi", name = `asks-${cpu}`) =>
  makePod(name, { spec: { containers: [{ name: "c", image: "i", resources: { requests: { cpu, memory } } }] } });
const listening = (name: string, hostPort: number) =>
  makePod(name, { spec: { containers: [{ name: "c", image: "i", ports: [{ containerPort: 80, hostPort }] }] } });
const owned = (name: string) =>
  makePod(name, {
    metadata: {
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "web", controller: true }],
    },
  });
const pinnedVolume = makeVolume("v", {
  spec: {
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["b2"] }] }],
      },
    },
  },
});

describe("planPlacement", () => {
  const [b1, b2, b3] = [makeNode("b1"), makeNode("b2"), makeNode("b3")];
  const pod = makePod("p");
  it.each<{ story: string; decided: string; expected: string }>([
    { story: "of equal boards the first by name", decided: decide(pod, [b2, b1]), expected: "b1" },
    { story: "without boards", decided: decide(pod, []), expected: "no nodes available to schedule pods" },
    {
      story: "reasons are counted and sorted",
      decided: decide(makePod("p", { spec: { nodeSelector: { disk: "ssd" } } }), [
        b1,
        b2,
        makeNode("b3", { spec: { unschedulable: true } }),
      ]),
      expected:
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
    },
    {
      story: "taints are named",
      decided: decide(pod, [
        makeNode("b1", { spec: { taints: [{ key: "spare", value: "yes", effect: "NoSchedule" }] } }),
      ]),
      expected: "0/1 nodes are available: 1 node(s) had untolerated taint {spare: yes}.",
    },
    {
      story: "a taint that only advises keeps nobody away",
      decided: decide(pod, [makeNode("b1", { spec: { taints: [{ key: "spare", effect: "PreferNoSchedule" }] } })]),
      expected: "b1",
    },
    { story: "the emptier board", decided: decide(asking("1"), [b1, b2], { b1: [asking("2")] }), expected: "b2" },
    {
      story: "what does not fit",
      decided: decide(asking("3", "2Gi"), [b1], { b1: [asking("2")] }),
      expected: "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.",
    },
    {
      story: "a full board",
      decided: decide(pod, [makeNode("b1", { status: { allocatable: { cpu: "1", memory: "1Gi", pods: "1" } } })], {
        b1: [makePod("q")],
      }),
      expected: "0/1 nodes are available: 1 Too many pods.",
    },
    {
      story: "a host port that is taken",
      decided: decide(listening("p", 80), [b1], { b1: [listening("q", 80)] }),
      expected: "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
    },
    {
      story: "a host port that is free elsewhere",
      decided: decide(listening("p", 80), [b1, b2], { b1: [listening("q", 80)] }),
      expected: "b2",
    },
    {
      story: "away from siblings",
      decided: decide(owned("p"), [b1, b2, b3], { b1: [owned("q")], b2: [owned("r")] }),
      expected: "b3",
    },
    { story: "where its volume is", decided: decide(pod, [b1, b2], {}, [pinnedVolume]), expected: "b2" },
    {
      story: "its volume is elsewhere",
      decided: decide(pod, [b1], {}, [pinnedVolume]),
      expected: "0/1 nodes are available: 1 node(s) had volume node affinity conflict.",
    },
    {
      story: "by its own preference",
      decided: decide(
        makePod("p", {
          spec: {
            affinity: {
              nodeAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                  {
                    weight: 50,
                    preference: {
                      matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["b3"] }],
                    },
                  },
                ],
              },
            },
          },
        }),
        [b1, b2, b3],
      ),
      expected: "b3",
    },
  ])("$story → $expected", ({ decided, expected }) => {
    expect(decided).toBe(expected);
  });

  it("never promises more of a board than it has, however pods come", () => {
    const demand = fc.record({ cpu: fc.integer({ min: 0, max: 3000 }), memory: fc.integer({ min: 0, max: 700 }) });
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 25 }), (demands) => {
        const on: Record<string, Pod[]> = { b1: [], b2: [], b3: [] };
        demands.forEach(({ cpu, memory }, index) => {
          const wanted = asking(`${cpu}m`, `${memory}Mi`, `p${index}`);
          on[decide(wanted, [b1, b2, b3], on)]?.push(wanted);
        });
        for (const node of [b1, b2, b3]) {
          const used = demandOfAll(on[node.metadata.name] ?? []);
          expect(used.cpuMilli).toBeLessThanOrEqual(nodeAllocatable(node).cpuMilli);
          expect(used.memoryBytes).toBeLessThanOrEqual(nodeAllocatable(node).memoryBytes);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("claimsOf", () => {
  const user = makePod("p", { spec: { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }] } });
  it.each([
    {
      story: "a claim that is not there",
      claim: undefined,
      classes: [],
      expected: 'persistentvolumeclaim "data" not found.',
    },
    {
      story: "a claim that waits for the pod",
      claim: makeClaim("data", { spec: { storageClassName: "local" } }),
      classes: [makeStorageClass("local")],
      expected: "",
    },
    {
      story: "a claim that should have been bound before",
      claim: makeClaim("data", { spec: { storageClassName: "fast" } }),
      classes: [makeStorageClass("fast", { volumeBindingMode: "Immediate" })],
      expected: "pod has unbound immediate PersistentVolumeClaims.",
    },
    { story: "a bound claim", claim: makeClaim("data", { spec: { volumeName: "v" } }), classes: [], expected: "v" },
  ])("$story", ({ claim, classes, expected }) => {
    const decision = claimsOf(user, {
      claim: () => claim,
      volume: () => pinnedVolume,
      storageClass: (name) => classes.find(({ metadata }) => metadata.name === name),
    });
    expect(
      decision.kind === "wait" ? decision.message : decision.volumes.map(({ metadata }) => metadata.name).join(),
    ).toBe(expected);
  });
});
