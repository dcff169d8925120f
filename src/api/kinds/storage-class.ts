import { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, flag, requiredText, stringMap, textList } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { reclaimPolicySchema } from "./persistent-volume-spec.ts";

const core = definitionPrefix.core;

const topologySelectorTermSchema = define(`${core}.TopologySelectorTerm`, "Where volumes may be made.", {
  matchLabelExpressions: z
    .array(
      define(`${core}.TopologySelectorLabelRequirement`, "Values that a node's label may have.", {
        key: requiredText,
        values: z.array(z.string()),
      }),
    )
    .optional(),
});

export const storageClassSchema = define(
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
