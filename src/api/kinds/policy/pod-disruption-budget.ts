import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { conditionSchema } from "../../meta/condition.ts";
import { type IntOrString, intOrStringSchema } from "../../meta/int-or-string.ts";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { count, define, definitionPrefix, int64, mapOf, mergeList, patched } from "../../meta/schema.ts";
import { timeValue } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, invalid } from "../../validation/cause.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { validateShare } from "../../validation/share.ts";

const prefix = definitionPrefix.policy;

export const disruptionBudgetSpecSchema = define(
  `${prefix}.PodDisruptionBudgetSpec`,
  "How many pods may be missing because somebody wants it.",
  {
    minAvailable: intOrStringSchema.optional(),
    selector: patched(labelSelectorSchema, "replace").optional(),
    maxUnavailable: intOrStringSchema.optional(),
    unhealthyPodEvictionPolicy: z.enum(["IfHealthyBudget", "AlwaysAllow"]).optional(),
  },
  {
    minAvailable: "How many pods, or how many percent of them, must stay.",
    maxUnavailable: "How many pods, or how many percent of them, may be missing.",
    selector: "The pods that the budget is about; all of the namespace where empty.",
    unhealthyPodEvictionPolicy: "AlwaysAllow lets pods go that are not ready anyway.",
  },
);

export const disruptionBudgetStatusSchema = define(
  `${prefix}.PodDisruptionBudgetStatus`,
  "How many pods may go at the moment.",
  {
    observedGeneration: int64,
    disruptedPods: mapOf(timeValue).optional(),
    disruptionsAllowed: count,
    currentHealthy: count,
    desiredHealthy: count,
    expectedPods: count,
    conditions: mergeList(conditionSchema, "type").optional(),
  },
  { disruptionsAllowed: "How many pods may go at the moment.", disruptedPods: "Pods that are about to go." },
);

const podDisruptionBudgetSchema = define(
  `${prefix}.PodDisruptionBudget`,
  "Bounds how many pods may be missing at once because somebody wants it, such as `kubectl drain`.",
  {
    ...typeMeta("policy/v1", "PodDisruptionBudget"),
    metadata: objectMetaSchema,
    spec: disruptionBudgetSpecSchema.default({}),
    status: disruptionBudgetStatusSchema.prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type PodDisruptionBudget = z.infer<typeof podDisruptionBudgetSchema>;

export const podDisruptionBudgetResource: Resource<PodDisruptionBudget> = defineResource<PodDisruptionBudget>({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  shortNames: ["pdb"],
  namespaced: true,
  schema: podDisruptionBudgetSchema,
  columns: [
    nameColumn,
    {
      name: "Min Available",
      description: "How many pods must stay.",
      cell: ({ spec }) => shareText(spec.minAvailable),
    },
    {
      name: "Max Unavailable",
      description: "How many pods may be missing.",
      cell: ({ spec }) => shareText(spec.maxUnavailable),
    },
    {
      name: "Allowed Disruptions",
      type: "integer",
      description: "How many pods may go at the moment.",
      cell: ({ status }) => status.disruptionsAllowed,
    },
    ageColumn,
  ],
  wish: ({ spec }) => spec,
  initialStatus: () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
  validate: validateDisruptionBudget,
});

function shareText(share: IntOrString | undefined): string {
  return share === undefined ? "N/A" : `${share}`;
}

function validateDisruptionBudget({ spec }: PodDisruptionBudget): Cause[] {
  const { minAvailable, maxUnavailable } = spec;
  const causes = validateLabelSelector(spec.selector, "spec.selector");
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    causes.push(invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
  if (minAvailable !== undefined) causes.push(...validateShare(minAvailable, "spec.minAvailable"));
  if (maxUnavailable !== undefined) causes.push(...validateShare(maxUnavailable, "spec.maxUnavailable"));
  return causes;
}
