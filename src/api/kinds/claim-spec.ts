/** What a PersistentVolumeClaim asks for; pods may carry a template of it. */
import { z } from "zod";
import { labelSelectorSchema } from "../meta/label-selector.ts";
import { templateMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, pointerText, text } from "../meta/schema.ts";
import { typedLocalObjectReferenceSchema, typedObjectReferenceSchema } from "./references.ts";
import { volumeResourceRequirementsSchema } from "./resource-requirements.ts";

const prefix = definitionPrefix.core;

export const accessModeSchema = z.enum(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]);
export type AccessMode = z.infer<typeof accessModeSchema>;
export const volumeModeSchema = z.enum(["Filesystem", "Block"]);

export const claimSpecSchema = define(
  `${prefix}.PersistentVolumeClaimSpec`,
  "What kind of volume is asked for.",
  {
    accessModes: z.array(accessModeSchema).optional(),
    selector: labelSelectorSchema.optional(),
    resources: volumeResourceRequirementsSchema.default({}),
    volumeName: text,
    storageClassName: pointerText,
    volumeMode: volumeModeSchema.default("Filesystem"),
    dataSource: typedLocalObjectReferenceSchema.optional(),
    dataSourceRef: typedObjectReferenceSchema.optional(),
    volumeAttributesClassName: pointerText,
  },
  {
    accessModes: "How boards may mount the volume: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.",
    selector: "Which PersistentVolumes may serve the claim.",
    resources: "How large the volume must be.",
    volumeName: "The PersistentVolume that serves the claim.",
    storageClassName: "The class of storage; the default class where absent, none where empty.",
    volumeMode: "Filesystem or Block.",
  },
);

export type ClaimSpec = z.infer<typeof claimSpecSchema>;

export const claimTemplateSchema = define(`${prefix}.PersistentVolumeClaimTemplate`, "A claim to be made for a pod.", {
  metadata: templateMetaSchema.default({}),
  spec: claimSpecSchema,
});
