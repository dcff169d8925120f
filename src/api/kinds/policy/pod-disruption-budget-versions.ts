/**
 * PodDisruptionBudgets as clients before 1.21 ask for them. There an empty selector selects no pods, where it now
 * selects all of them: each meaning has a selector of its own in the other version.
 */
import type { z } from "zod";
import { sameJson } from "../../../lib/same-json.ts";
import { defineVersion } from "../../define-version.ts";
import type { LabelSelector } from "../../meta/label-selector.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import {
  disruptionBudgetSpecSchema,
  disruptionBudgetStatusSchema,
  type PodDisruptionBudget,
  podDisruptionBudgetResource,
} from "./pod-disruption-budget.ts";

const key = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";
const noPods: LabelSelector = { matchExpressions: [{ key, operator: "Exists" }] };
const allPods: LabelSelector = { matchExpressions: [{ key, operator: "DoesNotExist" }] };

const olderBudgetSchema = define(
  "io.k8s.api.policy.v1beta1.PodDisruptionBudget",
  "Bounds how many pods may be missing at once because somebody wants it, such as `kubectl drain`.",
  {
    ...typeMeta("policy/v1beta1", "PodDisruptionBudget"),
    metadata: objectMetaSchema,
    spec: disruptionBudgetSpecSchema.default({}),
    status: disruptionBudgetStatusSchema.prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
type OlderBudget = z.infer<typeof olderBudgetSchema>;

export const olderPodDisruptionBudgetResource: Resource<OlderBudget> = defineVersion<OlderBudget, PodDisruptionBudget>(
  podDisruptionBudgetResource,
  {
    version: "v1beta1",
    schema: olderBudgetSchema,
    toStored: (budget) => ({ ...budget, apiVersion: "policy/v1", spec: converted(budget.spec, noPods, allPods) }),
    fromStored: (budget) => ({
      ...budget,
      apiVersion: "policy/v1beta1",
      spec: converted(budget.spec, allPods, noPods),
    }),
  },
);

/** An empty selector becomes `forEmpty`, and `asEmpty` becomes the empty one. */
function converted<S extends { selector?: LabelSelector | undefined }>(
  spec: S,
  forEmpty: LabelSelector,
  asEmpty: LabelSelector,
): S {
  const { selector } = spec;
  if (selector === undefined) return spec;
  if (sameJson(selector, {})) return { ...spec, selector: forEmpty };
  return sameJson(selector, asEmpty) ? { ...spec, selector: {} } : spec;
}
