/** What access reviews ask about: a verb on a resource or on a path. */
import { z } from "zod";
import { define, definitionPrefix, text, textList } from "../../meta/schema.ts";

const prefix = definitionPrefix.authorization;
const machinery = definitionPrefix.machinery;

function requirements(name: "Field" | "Label") {
  return z
    .array(
      define(`${machinery}.${name}SelectorRequirement`, `One condition on a ${name.toLowerCase()}.`, {
        key: z.string(),
        operator: z.string(),
        values: textList,
      }),
    )
    .optional();
}

export const resourceAttributesSchema = define(
  `${prefix}.ResourceAttributes`,
  "A verb on a resource.",
  {
    namespace: text,
    verb: text,
    group: text,
    version: text,
    resource: text,
    subresource: text,
    name: text,
    fieldSelector: define(`${prefix}.FieldSelectorAttributes`, "Conditions on fields.", {
      rawSelector: text,
      requirements: requirements("Field"),
    }).optional(),
    labelSelector: define(`${prefix}.LabelSelectorAttributes`, "Conditions on labels.", {
      rawSelector: text,
      requirements: requirements("Label"),
    }).optional(),
  },
  {
    namespace: "The objects' namespace; every namespace where absent.",
    resource: "The resource in the plural; `*` is every resource.",
    name: "The object's name; every object where absent.",
  },
);
export type ResourceAttributes = z.infer<typeof resourceAttributesSchema>;

export const nonResourceAttributesSchema = define(
  `${prefix}.NonResourceAttributes`,
  "A verb on a path that is no resource.",
  { path: text, verb: text },
);
export type NonResourceAttributes = z.infer<typeof nonResourceAttributesSchema>;

export const accessReviewStatusSchema = define(
  `${prefix}.SubjectAccessReviewStatus`,
  "Whether it is allowed.",
  { allowed: z.boolean().default(false), denied: z.boolean().optional(), reason: text, evaluationError: text },
  { allowed: "Whether it is allowed.", denied: "Whether it is forbidden, whatever else allows it.", reason: "Why." },
);
export type AccessReviewStatus = z.infer<typeof accessReviewStatusSchema>;
