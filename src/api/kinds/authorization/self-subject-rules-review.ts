import { z } from "zod";
import { defineReview } from "../../define-review.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, text, textList } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";

const prefix = definitionPrefix.authorization;

const rulesStatusSchema = define(
  `${prefix}.SubjectRulesReviewStatus`,
  "What is allowed.",
  {
    // Clients send the status empty along with the question.
    resourceRules: z
      .array(
        define(`${prefix}.ResourceRule`, "Verbs on resources.", {
          verbs: z.array(z.string()),
          apiGroups: textList,
          resources: textList,
          resourceNames: textList,
        }),
      )
      .default([]),
    nonResourceRules: z
      .array(
        define(`${prefix}.NonResourceRule`, "Verbs on paths that are no resources.", {
          verbs: z.array(z.string()),
          nonResourceURLs: textList,
        }),
      )
      .default([]),
    incomplete: z.boolean(),
    evaluationError: text,
  },
  { incomplete: "Whether more may be allowed than is listed." },
);

const selfSubjectRulesReviewSchema = define(
  `${prefix}.SelfSubjectRulesReview`,
  "Asks for all that the asker may do in a namespace; `kubectl auth can-i --list` sends it.",
  {
    ...typeMeta("authorization.k8s.io/v1", "SelfSubjectRulesReview"),
    metadata: objectMetaSchema,
    spec: define(`${prefix}.SelfSubjectRulesReviewSpec`, "Where.", { namespace: text }),
    status: rulesStatusSchema.optional(),
  },
  { spec: "What is asked.", status: "The answer." },
);
export type SelfSubjectRulesReview = z.infer<typeof selfSubjectRulesReviewSchema>;

export const selfSubjectRulesReviewResource: Resource<SelfSubjectRulesReview> = defineReview<SelfSubjectRulesReview>({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  namespaced: false,
  schema: selfSubjectRulesReviewSchema,
});
