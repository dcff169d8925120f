import { z } from "zod";
import { conditionStatusSchema } from "../meta/condition.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, mergeList, pointerText, requiredText, stringMap, text } from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { accessModeSchema, claimSpecSchema } from "./claim-spec.ts";
import { resourceList } from "./resource-requirements.ts";

const prefix = definitionPrefix.core;

const claimConditionSchema = define(`${prefix}.PersistentVolumeClaimCondition`, "A fact about a claim.", {
  type: requiredText,
  status: conditionStatusSchema,
  lastProbeTime: time,
  lastTransitionTime: time,
  reason: text,
  message: text,
});

export const persistentVolumeClaimSchema = define(
  `${prefix}.PersistentVolumeClaim`,
  "A wish for storage that pods can mount.",
  {
    ...typeMeta("v1", "PersistentVolumeClaim"),
    metadata: objectMetaSchema,
    spec: claimSpecSchema,
    status: define(`${prefix}.PersistentVolumeClaimStatus`, "Whether the claim is served, and by how much.", {
      phase: z.enum(["Pending", "Bound", "Lost"]).optional(),
      accessModes: z.array(accessModeSchema).optional(),
      capacity: resourceList,
      conditions: mergeList(claimConditionSchema, "type").optional(),
      allocatedResources: resourceList,
      allocatedResourceStatuses: stringMap,
      currentVolumeAttributesClassName: pointerText,
    }).default({}),
  },
  { spec: "What kind of volume is asked for.", status: "Whether the claim is served." },
);
export type PersistentVolumeClaim = z.infer<typeof persistentVolumeClaimSchema>;
