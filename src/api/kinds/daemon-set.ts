import { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { conditionStatusSchema } from "../meta/condition.ts";
import { intOrStringSchema } from "../meta/int-or-string.ts";
import { labelSelectorSchema } from "../meta/label-selector.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import {
  count,
  define,
  definitionPrefix,
  int32,
  int32Value,
  int64,
  mergeList,
  requiredText,
  text,
} from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import type { Resource } from "../resource.ts";
import { daemonSetColumns } from "./daemon-set-columns.ts";
import { podTemplateSpecSchema } from "./pod-template.ts";
import { validateDaemonSet, validateDaemonSetUpdate } from "./validate-daemon-set.ts";

const prefix = definitionPrefix.apps;

const rollingUpdateSchema = define(
  `${prefix}.RollingUpdateDaemonSet`,
  "How many boards may be without the pod during an update.",
  { maxUnavailable: intOrStringSchema.default(1), maxSurge: intOrStringSchema.default(0) },
  {
    maxUnavailable: "How many boards, or how many percent of them, may be without a ready pod.",
    maxSurge: "How many boards may run old and new pod at once.",
  },
);
type RollingUpdate = z.infer<typeof rollingUpdateSchema>;

function withRollingUpdate<S extends { type: string; rollingUpdate?: RollingUpdate | undefined }>(strategy: S): S {
  if (strategy.type !== "RollingUpdate" || strategy.rollingUpdate !== undefined) return strategy;
  return { ...strategy, rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
}

const updateStrategySchema = define(
  `${prefix}.DaemonSetUpdateStrategy`,
  "How pods are replaced when the template changes.",
  {
    type: z.enum(["RollingUpdate", "OnDelete"]).default("RollingUpdate"),
    rollingUpdate: rollingUpdateSchema.optional(),
  },
  { type: "RollingUpdate replaces pods board by board, OnDelete only those that somebody deletes." },
).overwrite(withRollingUpdate);

const daemonSetSpecSchema = define(
  `${prefix}.DaemonSetSpec`,
  "Which pod shall run on which boards.",
  {
    selector: labelSelectorSchema,
    template: podTemplateSpecSchema,
    updateStrategy: updateStrategySchema.prefault({}),
    minReadySeconds: int32,
    revisionHistoryLimit: int32Value.default(10),
  },
  {
    selector: "Selects the pods of this DaemonSet; must match the template's labels. Cannot be changed.",
    template: "What the pods are made from.",
    updateStrategy: "How pods are replaced when the template changes.",
    minReadySeconds: "How long a new pod must be ready to count as available.",
    revisionHistoryLimit: "How many old revisions are kept.",
  },
);

const daemonSetStatusSchema = define(
  `${prefix}.DaemonSetStatus`,
  "How far the boards have come.",
  {
    currentNumberScheduled: count,
    numberMisscheduled: count,
    desiredNumberScheduled: count,
    numberReady: count,
    observedGeneration: int64,
    updatedNumberScheduled: int32,
    numberAvailable: int32,
    numberUnavailable: int32,
    collisionCount: int32,
    conditions: mergeList(
      define(`${prefix}.DaemonSetCondition`, "A fact about a DaemonSet.", {
        type: requiredText,
        status: conditionStatusSchema,
        lastTransitionTime: time,
        reason: text,
        message: text,
      }),
      "type",
    ).optional(),
  },
  {
    desiredNumberScheduled: "How many boards should run the pod.",
    currentNumberScheduled: "How many of them do.",
    numberMisscheduled: "How many boards run the pod though they should not.",
    numberReady: "How many boards have a ready pod.",
    updatedNumberScheduled: "How many boards run the pod of the current template.",
    numberAvailable: "How many boards have a pod that has been ready for long enough.",
    observedGeneration: "The generation that these figures are about.",
  },
);
export type DaemonSetStatus = z.infer<typeof daemonSetStatusSchema>;

export const daemonSetSchema = define(
  `${prefix}.DaemonSet`,
  "Runs one pod on every board, or on every board that matches.",
  {
    ...typeMeta("apps/v1", "DaemonSet"),
    metadata: objectMetaSchema,
    spec: daemonSetSpecSchema,
    status: daemonSetStatusSchema.prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type DaemonSet = z.infer<typeof daemonSetSchema>;

export const daemonSetResource: Resource<DaemonSet> = defineResource<DaemonSet>({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  schema: daemonSetSchema,
  columns: daemonSetColumns,
  wish: ({ spec }) => spec,
  initialStatus: () => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
});
