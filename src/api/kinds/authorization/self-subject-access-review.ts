import type { z } from "zod";
import { defineReview } from "../../define-review.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import {
  accessReviewStatusSchema,
  nonResourceAttributesSchema,
  resourceAttributesSchema,
} from "./access-attributes.ts";
import { validateAttributes } from "./validate-access-review.ts";

const prefix = definitionPrefix.authorization;

const selfSubjectAccessReviewSchema = define(
  `${prefix}.SelfSubjectAccessReview`,
  "Asks whether the asker may do something; `kubectl auth can-i` sends it.",
  {
    ...typeMeta("authorization.k8s.io/v1", "SelfSubjectAccessReview"),
    metadata: objectMetaSchema,
    spec: define(`${prefix}.SelfSubjectAccessReviewSpec`, "What.", {
      resourceAttributes: resourceAttributesSchema.optional(),
      nonResourceAttributes: nonResourceAttributesSchema.optional(),
    }),
    status: accessReviewStatusSchema.optional(),
  },
  { spec: "What is asked.", status: "The answer." },
);
export type SelfSubjectAccessReview = z.infer<typeof selfSubjectAccessReviewSchema>;

export const selfSubjectAccessReviewResource: Resource<SelfSubjectAccessReview> = defineReview<SelfSubjectAccessReview>(
  {
    group: "authorization.k8s.io",
    version: "v1",
    kind: "SelfSubjectAccessReview",
    plural: "selfsubjectaccessreviews",
    namespaced: false,
    schema: selfSubjectAccessReviewSchema,
    validate: ({ spec }) => validateAttributes(spec),
  },
);
