import type { z } from "zod";
import { sameJson } from "../../../lib/same-json.ts";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { count, define, definitionPrefix, int32, int64, text } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, forbidden, invalid } from "../../validation/cause.ts";
import { validateNonnegative, validateShare } from "../../validation/share.ts";
import type { PodTemplateSpec } from "../pod-template.ts";
import { containersColumn, imagesColumn } from "../template-columns.ts";
import { validateSelectedTemplate } from "../validate-selected-template.ts";
import { type StatefulSetSpec, statefulSetSpecSchema } from "./stateful-set-spec.ts";
import { workloadConditions } from "./workload-condition.ts";
import { workloadScale } from "./workload-scale.ts";

const prefix = definitionPrefix.apps;

const statefulSetSchema = define(
  `${prefix}.StatefulSet`,
  "Keeps numbered pods running, each with a name and storage that outlast it.",
  {
    ...typeMeta("apps/v1", "StatefulSet"),
    metadata: objectMetaSchema,
    spec: statefulSetSpecSchema,
    status: define(
      `${prefix}.StatefulSetStatus`,
      "How far the pods have come.",
      {
        observedGeneration: int64,
        replicas: count,
        readyReplicas: int32,
        currentReplicas: int32,
        updatedReplicas: int32,
        currentRevision: text,
        updateRevision: text,
        collisionCount: int32,
        conditions: workloadConditions(`${prefix}.StatefulSetCondition`),
        availableReplicas: count,
      },
      { currentRevision: "The template before the update.", updateRevision: "The template that is being rolled out." },
    ).prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type StatefulSet = z.infer<typeof statefulSetSchema>;

export const statefulSetResource: Resource<StatefulSet> = defineResource<StatefulSet>({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  schema: statefulSetSchema,
  columns: [
    nameColumn,
    {
      name: "Ready",
      description: "Ready pods of those wished for.",
      cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
    },
    ageColumn,
    containersColumn(({ spec }) => spec.template),
    imagesColumn(({ spec }) => spec.template),
  ],
  scale: workloadScale<StatefulSet>(),
  wish: ({ spec }) => spec,
  initialStatus: () => ({ replicas: 0, availableReplicas: 0 }),
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
});

function validateStatefulSet({ spec }: StatefulSet): Cause[] {
  const { type, rollingUpdate } = spec.updateStrategy;
  const path = "spec.updateStrategy.rollingUpdate";
  const causes = [
    ...validateSelectedTemplate({ ...spec, template: withClaims(spec) }, "statefulset", "StatefulSet"),
    ...validateNonnegative(spec.replicas, "spec.replicas"),
    ...validateNonnegative(spec.minReadySeconds, "spec.minReadySeconds"),
    ...validateNonnegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"),
    ...validateNonnegative(spec.ordinals?.start, "spec.ordinals.start"),
    ...validateNonnegative(rollingUpdate?.partition, `${path}.partition`),
  ];
  if (rollingUpdate?.maxUnavailable !== undefined)
    causes.push(...validateShare(rollingUpdate.maxUnavailable, `${path}.maxUnavailable`));
  if (type === "OnDelete" && rollingUpdate !== undefined)
    causes.push(invalid(path, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"));
  return causes;
}

/** The template as pods are made from it: each claim is a volume of the same name, in place of one that it may have. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const claims = volumeClaimTemplates.map(({ metadata: { name = "" } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  const names = new Set(claims.map(({ name }) => name));
  const volumes = (template.spec.volumes ?? []).filter(({ name }) => !names.has(name));
  return { ...template, spec: { ...template.spec, volumes: [...volumes, ...claims] } };
}

/** What may change; a pod must find its name and its claims again. */
const mutable = {
  replicas: undefined,
  ordinals: undefined,
  template: undefined,
  updateStrategy: undefined,
  revisionHistoryLimit: undefined,
  persistentVolumeClaimRetentionPolicy: undefined,
  minReadySeconds: undefined,
};

function validateStatefulSetUpdate(next: StatefulSet, current: StatefulSet): Cause[] {
  if (sameJson({ ...next.spec, ...mutable }, { ...current.spec, ...mutable })) return [];
  return [
    forbidden(
      "spec",
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}
