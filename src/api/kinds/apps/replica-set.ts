import type { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { count, define, definitionPrefix, int32, int32Value, int64 } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import type { Cause } from "../../validation/cause.ts";
import { immutable } from "../../validation/object-meta.ts";
import { validateNonnegative } from "../../validation/share.ts";
import { podTemplateSpecSchema } from "../pod-template.ts";
import { replicaColumns } from "../replica-columns.ts";
import { selectorColumn } from "../template-columns.ts";
import { validateSelectedTemplate } from "../validate-selected-template.ts";
import { workloadConditions } from "./workload-condition.ts";
import { workloadScale } from "./workload-scale.ts";

const prefix = definitionPrefix.apps;

const replicaSetSchema = define(
  `${prefix}.ReplicaSet`,
  "Keeps a number of like pods running; Deployments make one for each of their templates.",
  {
    ...typeMeta("apps/v1", "ReplicaSet"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.ReplicaSetSpec`,
      "What a ReplicaSet shall be.",
      {
        replicas: int32Value.default(1),
        minReadySeconds: int32,
        selector: labelSelectorSchema,
        template: podTemplateSpecSchema,
      },
      {
        replicas: "How many pods there shall be.",
        minReadySeconds: "How long a new pod must be ready to count as available.",
        selector: "Selects the pods of this ReplicaSet; must match the template's labels. Cannot be changed.",
        template: "What the pods are made from.",
      },
    ),
    status: define(`${prefix}.ReplicaSetStatus`, "How far the pods have come.", {
      replicas: count,
      fullyLabeledReplicas: int32,
      readyReplicas: int32,
      availableReplicas: int32,
      terminatingReplicas: int32,
      observedGeneration: int64,
      conditions: workloadConditions(`${prefix}.ReplicaSetCondition`),
    }).prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type ReplicaSet = z.infer<typeof replicaSetSchema>;

export const replicaSetResource: Resource<ReplicaSet> = defineResource<ReplicaSet>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  schema: replicaSetSchema,
  columns: [...replicaColumns, selectorColumn(({ spec }) => spec.selector)],
  scale: workloadScale<ReplicaSet>(),
  fields: { "status.replicas": ({ status }) => `${status.replicas}` },
  wish: ({ spec }) => spec,
  initialStatus: () => ({ replicas: 0 }),
  validate: validateReplicaSet,
  validateUpdate: (next, current) => immutable("spec.selector", next.spec.selector, current.spec.selector),
});

function validateReplicaSet({ spec }: ReplicaSet): Cause[] {
  return [
    ...validateNonnegative(spec.replicas, "spec.replicas"),
    ...validateNonnegative(spec.minReadySeconds, "spec.minReadySeconds"),
    ...validateSelectedTemplate(spec, "replicaset", "ReplicaSet"),
  ];
}
