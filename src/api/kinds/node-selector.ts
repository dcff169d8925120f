/** Conditions on nodes, over their labels and fields. */
import { z } from "zod";
import { atomic, define, definitionPrefix, requiredText, textList } from "../meta/schema.ts";

const prefix = definitionPrefix.core;

const nodeSelectorRequirementSchema = define(
  `${prefix}.NodeSelectorRequirement`,
  "One condition on a node's label or field.",
  { key: requiredText, operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]), values: textList },
  { operator: "In, NotIn, Exists, DoesNotExist, Gt or Lt." },
);
export type NodeSelectorRequirement = z.infer<typeof nodeSelectorRequirementSchema>;

export const nodeSelectorTermSchema = atomic(
  define(
    `${prefix}.NodeSelectorTerm`,
    "Conditions that must all hold; a term without any matches no node.",
    {
      matchExpressions: z.array(nodeSelectorRequirementSchema).optional(),
      matchFields: z.array(nodeSelectorRequirementSchema).optional(),
    },
    { matchExpressions: "Conditions on labels.", matchFields: "Conditions on fields; `metadata.name` alone is known." },
  ),
);
export type NodeSelectorTerm = z.infer<typeof nodeSelectorTermSchema>;

export const nodeSelectorSchema = atomic(
  define(`${prefix}.NodeSelector`, "Terms of which one must hold.", {
    nodeSelectorTerms: z.array(nodeSelectorTermSchema),
  }),
);
export type NodeSelector = z.infer<typeof nodeSelectorSchema>;
