import type { z } from "zod";
import { defineReview } from "../../define-review.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { userInfoSchema } from "./user-info.ts";

const prefix = definitionPrefix.authentication;

const selfSubjectReviewSchema = define(
  `${prefix}.SelfSubjectReview`,
  "Asks who the asker is.",
  {
    ...typeMeta("authentication.k8s.io/v1", "SelfSubjectReview"),
    metadata: objectMetaSchema,
    status: define(`${prefix}.SelfSubjectReviewStatus`, "Who the asker is.", {
      userInfo: userInfoSchema.default({}),
    }).optional(),
  },
  { status: "The answer." },
);
export type SelfSubjectReview = z.infer<typeof selfSubjectReviewSchema>;

export const selfSubjectReviewResource: Resource<SelfSubjectReview> = defineReview<SelfSubjectReview>({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "SelfSubjectReview",
  plural: "selfsubjectreviews",
  namespaced: false,
  schema: selfSubjectReviewSchema,
});
