import { z } from "zod";
import { ownValue } from "../../lib/own-value.ts";
import { sameJson } from "../../lib/same-json.ts";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { atomic, define, definitionPrefix, flag, requiredText, stringMap, textList } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { type Cause, forbidden, invalid, notSupported } from "../validation/cause.ts";
import { labelKey } from "../validation/names.ts";
import { reclaimPolicySchema } from "./persistent-volume-spec.ts";

const core = definitionPrefix.core;

const topologySelectorTermSchema = atomic(
  define(`${core}.TopologySelectorTerm`, "Where volumes may be made.", {
    matchLabelExpressions: z
      .array(
        define(`${core}.TopologySelectorLabelRequirement`, "Values that a node's label may have.", {
          key: requiredText,
          values: z.array(z.string()),
        }),
      )
      .optional(),
  }),
);

const storageClassSchema = define(
  `${definitionPrefix.storage}.StorageClass`,
  "A kind of storage that claims can ask for, and how its volumes are made.",
  {
    ...typeMeta("storage.k8s.io/v1", "StorageClass"),
    metadata: objectMetaSchema,
    provisioner: requiredText,
    parameters: stringMap,
    reclaimPolicy: reclaimPolicySchema.default("Delete"),
    mountOptions: textList,
    allowVolumeExpansion: flag,
    volumeBindingMode: z.enum(["Immediate", "WaitForFirstConsumer"]).default("Immediate"),
    allowedTopologies: z.array(topologySelectorTermSchema).optional(),
  },
  {
    provisioner: "Who makes the volumes.",
    reclaimPolicy: "What becomes of a volume when its claim is deleted: Delete or Retain.",
    volumeBindingMode: "When a claim gets its volume: Immediate, or WaitForFirstConsumer.",
  },
);
export type StorageClass = z.infer<typeof storageClassSchema>;

/** Claims that name no class are given the class with this annotation. */
const defaultClassAnnotations = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

export function isDefaultStorageClass({ metadata }: StorageClass): boolean {
  return defaultClassAnnotations.some((key) => ownValue(metadata.annotations, key) === "true");
}

export const storageClassResource: Resource<StorageClass> = defineResource<StorageClass>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  shortNames: ["sc"],
  namespaced: false,
  schema: storageClassSchema,
  columns: [
    {
      ...nameColumn,
      cell: (object) => (isDefaultStorageClass(object) ? `${object.metadata.name} (default)` : object.metadata.name),
    },
    { name: "Provisioner", description: "Who makes the volumes.", cell: ({ provisioner }) => provisioner },
    {
      name: "ReclaimPolicy",
      description: "What becomes of a volume when its claim is deleted.",
      cell: ({ reclaimPolicy }) => reclaimPolicy,
    },
    {
      name: "VolumeBindingMode",
      description: "When a claim gets its volume.",
      cell: ({ volumeBindingMode }) => volumeBindingMode,
    },
    {
      name: "AllowVolumeExpansion",
      description: "Whether claims may grow.",
      cell: ({ allowVolumeExpansion = false }) => `${allowVolumeExpansion}`,
    },
    ageColumn,
  ],
  validate: validateStorageClass,
  validateUpdate: (next, current) => [
    ...(["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"] as const).flatMap((field) =>
      sameJson(next[field], current[field]) ? [] : [forbidden(field, `updates to ${field} are forbidden.`)],
    ),
  ],
});

function validateStorageClass({ provisioner, reclaimPolicy }: StorageClass): Cause[] {
  const wrong = labelKey(provisioner.toLowerCase());
  return [
    ...(wrong === undefined ? [] : [invalid("provisioner", provisioner, wrong)]),
    ...(reclaimPolicy === "Recycle" ? [notSupported("reclaimPolicy", reclaimPolicy, ["Delete", "Retain"])] : []),
  ];
}
