import { z } from "zod";
import { ownValue } from "../../lib/own-value.ts";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { compareQuantities } from "../meta/quantity.ts";
import { define, definitionPrefix, text } from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { accessModesText, ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { type Cause, forbidden, invalid, required } from "../validation/cause.ts";
import { immutable } from "../validation/object-meta.ts";
import { persistentVolumeSourceNames, persistentVolumeSpecSchema } from "./persistent-volume-spec.ts";
import { validateNodeSelector } from "./validate-affinity.ts";
import { validateHostPath } from "./validate-volumes.ts";

const prefix = definitionPrefix.core;

export const persistentVolumeSchema = define(
  `${prefix}.PersistentVolume`,
  "A piece of storage that outlives pods.",
  {
    ...typeMeta("v1", "PersistentVolume"),
    metadata: objectMetaSchema,
    spec: persistentVolumeSpecSchema,
    status: define(`${prefix}.PersistentVolumeStatus`, "Whether the volume serves a claim.", {
      phase: z.enum(["Pending", "Available", "Bound", "Released", "Failed"]).optional(),
      message: text,
      reason: text,
      lastPhaseTransitionTime: time,
    }).default({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type PersistentVolume = z.infer<typeof persistentVolumeSchema>;

export const persistentVolumeResource: Resource<PersistentVolume> = defineResource<PersistentVolume>({
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  shortNames: ["pv"],
  namespaced: false,
  schema: persistentVolumeSchema,
  columns: [
    nameColumn,
    {
      name: "Capacity",
      description: "How large the volume is.",
      cell: ({ spec }) => ownValue(spec.capacity, "storage") ?? "",
    },
    {
      name: "Access Modes",
      description: "How boards may mount the volume.",
      cell: ({ spec }) => accessModesText(spec.accessModes),
    },
    {
      name: "Reclaim Policy",
      description: "What becomes of the volume when its claim is deleted.",
      cell: ({ spec }) => spec.persistentVolumeReclaimPolicy,
    },
    {
      name: "Status",
      description: "Whether the volume serves a claim.",
      cell: ({ metadata, status }) => (metadata.deletionTimestamp === undefined ? (status.phase ?? "") : "Terminating"),
    },
    { name: "Claim", description: "The claim that the volume serves.", cell: claimText },
    { name: "StorageClass", description: "The class of storage.", cell: ({ spec }) => spec.storageClassName ?? "" },
    { name: "Reason", description: "Why the volume is in its state.", cell: ({ status }) => status.reason ?? "" },
    ageColumn,
    { name: "VolumeMode", description: "Filesystem or Block.", wide: true, cell: ({ spec }) => spec.volumeMode },
  ],
  initialStatus: () => ({ phase: "Pending" }),
  validate: validatePersistentVolume,
  validateUpdate: (next, current) => [
    ...immutable("spec.volumeMode", next.spec.volumeMode, current.spec.volumeMode),
    ...persistentVolumeSourceNames.flatMap((name) =>
      immutable(`spec.${name}`, sourceOf(next, name), sourceOf(current, name)).map(({ field }) =>
        forbidden(field, "spec.persistentvolumesource is immutable after creation"),
      ),
    ),
  ],
});

function claimText({ spec: { claimRef } }: PersistentVolume): string {
  return claimRef === undefined ? "" : `${claimRef.namespace ?? ""}/${claimRef.name ?? ""}`;
}

function sourceOf({ spec }: PersistentVolume, name: string): unknown {
  return Object.entries(spec).find(([field]) => field === name)?.[1];
}

function validatePersistentVolume({ spec }: PersistentVolume): Cause[] {
  const causes: Cause[] = [];
  if ((spec.accessModes ?? []).length === 0) causes.push(required("spec.accessModes"));
  const size = ownValue(spec.capacity, "storage");
  if (size === undefined) causes.push(required("spec.capacity"));
  else if (compareQuantities(size, "0") <= 0)
    causes.push(invalid("spec.capacity[storage]", size, "must be greater than zero"));
  const sources = Object.keys(spec).filter((field) => persistentVolumeSourceNames.includes(field));
  if (sources.length === 0) causes.push(required("spec", "must specify a volume type"));
  for (const name of sources.slice(1))
    causes.push(forbidden(`spec.${name}`, "may not specify more than 1 volume type"));
  if (spec.hostPath !== undefined) causes.push(...validateHostPath(spec.hostPath, "spec.hostPath"));
  if (spec.local !== undefined) {
    causes.push(...validateHostPath({ path: spec.local.path, type: "" }, "spec.local"));
    if (spec.nodeAffinity?.required === undefined)
      causes.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  }
  if (spec.nodeAffinity?.required !== undefined)
    causes.push(...validateNodeSelector(spec.nodeAffinity.required, "spec.nodeAffinity.required"));
  return causes;
}
