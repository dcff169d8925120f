/** What a StatefulSet shall be: numbered pods, each with claims of its own. */
import { z } from "zod";
import { intOrStringSchema } from "../../meta/int-or-string.ts";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import { templateMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, int32, int32Value, text } from "../../meta/schema.ts";
import { claimSpecSchema } from "../claim-spec.ts";
import { claimStatusSchema } from "../persistent-volume-claim.ts";
import { podTemplateSpecSchema } from "../pod-template.ts";

const prefix = definitionPrefix.apps;

/** As the claims made from it, but for its name being a part of theirs. */
const claimTemplateSchema = define(
  `${definitionPrefix.core}.PersistentVolumeClaim`,
  "A wish for storage that pods can mount.",
  {
    apiVersion: z.literal("v1").default("v1"),
    kind: z.literal("PersistentVolumeClaim").default("PersistentVolumeClaim"),
    metadata: templateMetaSchema.default({}),
    spec: claimSpecSchema.prefault({}),
    status: claimStatusSchema.default({ phase: "Pending" }),
  },
);

const rollingUpdateSchema = define(
  `${prefix}.RollingUpdateStatefulSetStrategy`,
  "Which pods an update replaces, and how many at once.",
  { partition: int32Value.default(0), maxUnavailable: intOrStringSchema.optional() },
  { partition: "Pods with a lower number keep the template that they have." },
);
type RollingUpdate = z.infer<typeof rollingUpdateSchema>;

function withPartition<S extends { type: string; rollingUpdate?: RollingUpdate | undefined }>(strategy: S): S {
  if (strategy.type !== "RollingUpdate" || strategy.rollingUpdate !== undefined) return strategy;
  return { ...strategy, rollingUpdate: { partition: 0 } };
}

const updateStrategySchema = define(
  `${prefix}.StatefulSetUpdateStrategy`,
  "How pods are replaced when the template changes.",
  {
    type: z.enum(["RollingUpdate", "OnDelete"]).default("RollingUpdate"),
    rollingUpdate: rollingUpdateSchema.optional(),
  },
  { type: "RollingUpdate replaces pods from the highest number down, OnDelete only those that somebody deletes." },
).overwrite(withPartition);

const retention = z.enum(["Retain", "Delete"]).default("Retain");

export const statefulSetSpecSchema = define(
  `${prefix}.StatefulSetSpec`,
  "What a StatefulSet shall be.",
  {
    replicas: int32Value.default(1),
    selector: labelSelectorSchema,
    template: podTemplateSpecSchema,
    volumeClaimTemplates: z.array(claimTemplateSchema).optional(),
    serviceName: text,
    podManagementPolicy: z.enum(["OrderedReady", "Parallel"]).default("OrderedReady"),
    updateStrategy: updateStrategySchema.prefault({}),
    revisionHistoryLimit: int32Value.default(10),
    minReadySeconds: int32,
    persistentVolumeClaimRetentionPolicy: define(
      `${prefix}.StatefulSetPersistentVolumeClaimRetentionPolicy`,
      "What becomes of the claims of pods that are gone.",
      { whenDeleted: retention, whenScaled: retention },
      { whenDeleted: "When the StatefulSet is deleted.", whenScaled: "When there shall be fewer pods." },
    ).prefault({}),
    ordinals: define(`${prefix}.StatefulSetOrdinals`, "How pods are numbered.", {
      start: int32Value.default(0),
    }).optional(),
  },
  {
    replicas: "How many pods there shall be.",
    selector: "Selects the pods of this StatefulSet; must match the template's labels. Cannot be changed.",
    template: "What the pods are made from.",
    volumeClaimTemplates: "Claims that every pod gets for itself, and finds again after it was replaced.",
    serviceName: "The service that gives each pod a name of its own.",
    podManagementPolicy: "OrderedReady starts a pod when the one before it is ready, Parallel all at once.",
    updateStrategy: "How pods are replaced when the template changes.",
    ordinals: "How pods are numbered; from 0 where absent.",
  },
);
export type StatefulSetSpec = z.infer<typeof statefulSetSpecSchema>;
