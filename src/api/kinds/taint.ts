import type { z } from "zod";
import { define, definitionPrefix, requiredText, text } from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { taintEffectSchema } from "./affinity.ts";

export const taintSchema = define(
  `${definitionPrefix.core}.Taint`,
  "Keeps pods that do not tolerate it away from a node.",
  { key: requiredText, value: text, effect: taintEffectSchema, timeAdded: time },
  { effect: "NoSchedule, PreferNoSchedule or NoExecute.", timeAdded: "When a NoExecute taint was added." },
);
export type Taint = z.infer<typeof taintSchema>;
