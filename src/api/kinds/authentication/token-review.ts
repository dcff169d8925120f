import type { z } from "zod";
import { defineReview } from "../../define-review.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, flag, text, textList } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { userInfoSchema } from "./user-info.ts";

const prefix = definitionPrefix.authentication;

const tokenReviewSchema = define(
  `${prefix}.TokenReview`,
  "Asks whose a token is.",
  {
    ...typeMeta("authentication.k8s.io/v1", "TokenReview"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.TokenReviewSpec`,
      "The token, and who asks.",
      { token: text, audiences: textList },
      { audiences: "For whom the token must have been made; the API itself where absent." },
    ),
    status: define(
      `${prefix}.TokenReviewStatus`,
      "Whose the token is.",
      { authenticated: flag, user: userInfoSchema.default({}), audiences: textList, error: text },
      { authenticated: "Whether the token is valid.", error: "Why it could not be checked." },
    ).optional(),
  },
  { spec: "What is asked.", status: "The answer." },
);
export type TokenReview = z.infer<typeof tokenReviewSchema>;

export const tokenReviewResource: Resource<TokenReview> = defineReview<TokenReview>({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenReview",
  plural: "tokenreviews",
  namespaced: false,
  schema: tokenReviewSchema,
});
