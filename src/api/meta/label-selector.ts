import { z } from "zod";
import { atomic, define, definitionPrefix, requiredText, stringMap, textList } from "./schema.ts";

const prefix = definitionPrefix.machinery;

const labelSelectorRequirementSchema = define(
  `${prefix}.LabelSelectorRequirement`,
  "One condition on a label.",
  { key: requiredText, operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]), values: textList },
  { operator: "In, NotIn, Exists or DoesNotExist.", values: "The values for In and NotIn; empty for the others." },
);

/** An empty selector selects everything; an absent one selects nothing. */
export const labelSelectorSchema = atomic(
  define(
    `${prefix}.LabelSelector`,
    "Selects objects by their labels; all conditions must hold.",
    { matchLabels: stringMap, matchExpressions: z.array(labelSelectorRequirementSchema).optional() },
    { matchLabels: "Labels that must have exactly these values.", matchExpressions: "Further conditions on labels." },
  ),
);
export type LabelSelector = z.infer<typeof labelSelectorSchema>;
