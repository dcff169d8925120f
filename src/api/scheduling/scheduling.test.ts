import { describe, expect, it } from "vitest";
import type { Toleration } from "../kinds/affinity.ts";
import { nodeSchema } from "../kinds/node.ts";
import type { NodeSelectorTerm } from "../kinds/node-selector.ts";
import type { Taint } from "../kinds/taint.ts";
import { matchesNodeSelectorAndAffinity, nodePreference } from "./node-affinity.ts";
import { matchesNodeSelector } from "./node-selector.ts";
import { toleratesTaint, toleratesTaints, untoleratedTaints } from "./taints.ts";

const node = nodeSchema.parse({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "b1", labels: { zone: "barn", cores: "4" } },
});

describe("node selectors", () => {
  const cases: [NodeSelectorTerm[], boolean][] = [
    [[], false],
    [[{}], false],
    [[{ matchExpressions: [{ key: "zone", operator: "In", values: ["barn", "field"] }] }], true],
    [[{ matchExpressions: [{ key: "zone", operator: "NotIn", values: ["barn"] }] }], false],
    [[{ matchExpressions: [{ key: "cores", operator: "Gt", values: ["3"] }] }], true],
    [[{ matchExpressions: [{ key: "cores", operator: "Lt", values: ["4"] }] }], false],
    [[{ matchExpressions: [{ key: "gpu", operator: "DoesNotExist" }] }], true],
    [[{ matchExpressions: [{ key: "constructor", operator: "Exists" }] }], false],
    [[{ matchFields: [{ key: "metadata.name", operator: "In", values: ["b1"] }] }], true],
    [[{ matchFields: [{ key: "metadata.name", operator: "In", values: ["b2"] }] }, {}], false],
    [
      [
        { matchExpressions: [{ key: "gpu", operator: "Exists" }] },
        { matchExpressions: [{ key: "zone", operator: "Exists" }] },
      ],
      true,
    ],
  ];
  it.each(cases)("%j: %s", (nodeSelectorTerms, matches) => {
    expect(matchesNodeSelector({ nodeSelectorTerms }, node)).toBe(matches);
  });

  it("asks for the labels and the affinity of a pod, and adds up its preferences", () => {
    const zone = (value: string) => ({ matchExpressions: [{ key: "zone", operator: "In" as const, values: [value] }] });
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [zone("barn")] },
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 5, preference: zone("barn") },
          { weight: 7, preference: zone("field") },
        ],
      },
    };
    expect(matchesNodeSelectorAndAffinity({ affinity, nodeSelector: { cores: "4" } }, node)).toBe(true);
    expect(matchesNodeSelectorAndAffinity({ affinity, nodeSelector: { cores: "8" } }, node)).toBe(false);
    expect(nodePreference({ affinity }, node)).toBe(5);
  });
});

describe("tolerations", () => {
  const taint: Taint = { key: "wet", value: "very", effect: "NoSchedule" };
  const cases: [Toleration, boolean][] = [
    [{ operator: "Exists" }, true],
    [{ key: "wet", operator: "Exists" }, true],
    [{ key: "wet", value: "very" }, true],
    [{ key: "wet", operator: "Equal", value: "very", effect: "NoSchedule" }, true],
    [{ key: "wet", value: "little" }, false],
    [{ key: "wet" }, false],
    [{ key: "dry", operator: "Exists" }, false],
    [{ key: "wet", operator: "Exists", effect: "NoExecute" }, false],
    [{}, false],
  ];
  it.each(cases)("%j: %s", (toleration, tolerates) => {
    expect(toleratesTaint(toleration, taint)).toBe(tolerates);
  });

  it("leave over the taints that nobody bears", () => {
    const hot: Taint = { key: "hot", effect: "NoExecute" };
    expect(untoleratedTaints([{ key: "hot", operator: "Exists" }], [taint, hot])).toEqual([taint]);
    expect(toleratesTaints(undefined, [taint], ["NoExecute"])).toBe(true);
    expect(toleratesTaints(undefined, [taint], ["NoSchedule"])).toBe(false);
  });
});
