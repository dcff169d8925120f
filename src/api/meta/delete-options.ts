import { z } from "zod";
import { define, definitionPrefix, flag, int64, text, textList } from "./schema.ts";

const prefix = definitionPrefix.machinery;

/** The body of a DELETE, wholly optional. */
export const deleteOptionsSchema = define(
  `${prefix}.DeleteOptions`,
  "How an object is to be deleted.",
  {
    apiVersion: text,
    kind: text,
    gracePeriodSeconds: int64,
    preconditions: define(`${prefix}.Preconditions`, "What must hold for the deletion to happen.", {
      uid: text,
      resourceVersion: text,
    }).optional(),
    orphanDependents: flag,
    propagationPolicy: z.enum(["Orphan", "Background", "Foreground"]).optional(),
    dryRun: textList,
    ignoreStoreReadErrorWithClusterBreakingPotential: flag,
  },
  {
    gracePeriodSeconds: "How long the object may take to end; 0 ends it at once.",
    propagationPolicy: "What becomes of the object's dependents: Orphan, Background or Foreground.",
  },
);
export type DeleteOptions = z.infer<typeof deleteOptionsSchema>;
