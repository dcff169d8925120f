/** Where a PersistentVolume is, how large it is and what becomes of it. */
import { z } from "zod";
import { define, definitionPrefix, pointerText, requiredText, text, textList } from "../meta/schema.ts";
import { accessModeSchema, volumeModeSchema } from "./claim-spec.ts";
import { nodeSelectorSchema } from "./node-selector.ts";
import { objectReferenceSchema } from "./references.ts";
import { resourceList } from "./resource-requirements.ts";
import { hostPathVolumeSourceSchema } from "./volume.ts";
import { persistentNetworkVolumeSources } from "./volume-network.ts";

const prefix = definitionPrefix.core;

export const reclaimPolicySchema = z.enum(["Retain", "Delete", "Recycle"]);

const sources = {
  hostPath: hostPathVolumeSourceSchema.optional(),
  local: define(`${prefix}.LocalVolumeSource`, "A directory of one board.", {
    path: requiredText,
    fsType: pointerText,
  }).optional(),
  ...persistentNetworkVolumeSources,
};
export const persistentVolumeSourceNames: readonly string[] = Object.keys(sources);

export const persistentVolumeSpecSchema = define(
  `${prefix}.PersistentVolumeSpec`,
  "Where a volume is, how large it is and what becomes of it.",
  {
    capacity: resourceList,
    ...sources,
    accessModes: z.array(accessModeSchema).optional(),
    claimRef: objectReferenceSchema.optional(),
    persistentVolumeReclaimPolicy: reclaimPolicySchema.default("Retain"),
    storageClassName: text,
    mountOptions: textList,
    volumeMode: volumeModeSchema.default("Filesystem"),
    nodeAffinity: define(`${prefix}.VolumeNodeAffinity`, "Which boards can use the volume.", {
      required: nodeSelectorSchema.optional(),
    }).optional(),
    volumeAttributesClassName: pointerText,
  },
  {
    capacity: "How large the volume is, as `storage`.",
    accessModes: "How boards may mount the volume.",
    claimRef: "The claim that the volume serves.",
    persistentVolumeReclaimPolicy: "What becomes of the volume when its claim is deleted: Retain or Delete.",
    storageClassName: "The class of storage that the volume belongs to.",
    nodeAffinity: "Which boards can use the volume.",
    local: "A directory of one board.",
    hostPath: "A path of the board itself.",
  },
);
