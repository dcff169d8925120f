import { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, text } from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { persistentVolumeSpecSchema } from "./persistent-volume-spec.ts";

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
  { spec: "Where the volume is and how large.", status: "Whether the volume serves a claim." },
);
export type PersistentVolume = z.infer<typeof persistentVolumeSchema>;
