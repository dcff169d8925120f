import { z } from "zod";
import { ownValue } from "../../lib/own-value.ts";
import { sameJson } from "../../lib/same-json.ts";
import { defineResource } from "../define-resource.ts";
import { conditionStatusSchema } from "../meta/condition.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { compareQuantities } from "../meta/quantity.ts";
import { define, definitionPrefix, mergeList, pointerText, requiredText, stringMap, text } from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { accessModesText, ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { type Cause, forbidden } from "../validation/cause.ts";
import { accessModeSchema, claimSpecSchema } from "./claim-spec.ts";
import { resourceList } from "./resource-requirements.ts";
import { validateClaimSpec } from "./validate-claim-spec.ts";

const prefix = definitionPrefix.core;

const claimConditionSchema = define(`${prefix}.PersistentVolumeClaimCondition`, "A fact about a claim.", {
  type: requiredText,
  status: conditionStatusSchema,
  lastProbeTime: time,
  lastTransitionTime: time,
  reason: text,
  message: text,
});

export const claimStatusSchema = define(
  `${prefix}.PersistentVolumeClaimStatus`,
  "Whether the claim is served, and by how much.",
  {
    phase: z.enum(["Pending", "Bound", "Lost"]).optional(),
    accessModes: z.array(accessModeSchema).optional(),
    capacity: resourceList,
    conditions: mergeList(claimConditionSchema, "type").optional(),
    allocatedResources: resourceList,
    allocatedResourceStatuses: stringMap,
    currentVolumeAttributesClassName: pointerText,
  },
);

export const persistentVolumeClaimSchema = define(
  `${prefix}.PersistentVolumeClaim`,
  "A wish for storage that pods can mount.",
  {
    ...typeMeta("v1", "PersistentVolumeClaim"),
    metadata: objectMetaSchema,
    spec: claimSpecSchema,
    status: claimStatusSchema.default({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type PersistentVolumeClaim = z.infer<typeof persistentVolumeClaimSchema>;

export const persistentVolumeClaimResource: Resource<PersistentVolumeClaim> = defineResource<PersistentVolumeClaim>({
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  shortNames: ["pvc"],
  namespaced: true,
  schema: persistentVolumeClaimSchema,
  columns: [
    nameColumn,
    {
      name: "Status",
      description: "Whether the claim is served.",
      cell: ({ metadata, status }) => (metadata.deletionTimestamp === undefined ? (status.phase ?? "") : "Terminating"),
    },
    { name: "Volume", description: "The volume that serves the claim.", cell: ({ spec }) => spec.volumeName ?? "" },
    {
      name: "Capacity",
      description: "How large the volume is.",
      cell: ({ spec, status }) => (spec.volumeName === undefined ? "" : (ownValue(status.capacity, "storage") ?? "")),
    },
    {
      name: "Access Modes",
      description: "How boards may mount the volume.",
      cell: ({ spec, status }) => (spec.volumeName === undefined ? "" : accessModesText(status.accessModes)),
    },
    { name: "StorageClass", description: "The class of storage.", cell: ({ spec }) => spec.storageClassName ?? "" },
    ageColumn,
    { name: "VolumeMode", description: "Filesystem or Block.", wide: true, cell: ({ spec }) => spec.volumeMode },
  ],
  initialStatus: () => ({ phase: "Pending" }),
  validate: ({ spec }) => validateClaimSpec(spec, "spec"),
  validateUpdate: validateClaimUpdate,
});

/** A claim may be bound, given its default class once, and asked to grow. */
function validateClaimUpdate(next: PersistentVolumeClaim, current: PersistentVolumeClaim): Cause[] {
  const causes: Cause[] = [];
  const mutable = { resources: undefined, volumeAttributesClassName: undefined };
  const bindable = current.spec.volumeName === undefined ? { volumeName: undefined } : {};
  const classable = current.spec.storageClassName === undefined ? { storageClassName: undefined } : {};
  const kept = { ...mutable, ...bindable, ...classable };
  if (!sameJson({ ...next.spec, ...kept }, { ...current.spec, ...kept }))
    causes.push(
      forbidden(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
      ),
    );
  const wish = ownValue(next.spec.resources.requests, "storage") ?? "0";
  const before = ownValue(current.spec.resources.requests, "storage") ?? "0";
  if (compareQuantities(wish, before) < 0)
    causes.push(forbidden("spec.resources.requests.storage", "field can not be less than previous value"));
  return causes;
}
