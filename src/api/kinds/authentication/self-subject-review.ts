/** Who the asker is, in the three versions that kubectl has asked in: `auth whoami` came with 1.26, as an alpha. */
import type { z } from "zod";
import { defineReview } from "../../define-review.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { userInfoSchema } from "./user-info.ts";

const group = "authentication.k8s.io";
const plural = "selfsubjectreviews";

function schemaOf(version: string) {
  const prefix = `io.k8s.api.authentication.${version}`;
  return define(
    `${prefix}.SelfSubjectReview`,
    "Asks who the asker is.",
    {
      ...typeMeta(`${group}/${version}`, "SelfSubjectReview"),
      metadata: objectMetaSchema,
      status: define(`${prefix}.SelfSubjectReviewStatus`, "Who the asker is.", {
        userInfo: userInfoSchema.default({}),
      }).optional(),
    },
    { status: "The answer." },
  );
}
export type SelfSubjectReview = z.infer<ReturnType<typeof schemaOf>>;

function review(version: string): Resource<SelfSubjectReview> {
  const schema = schemaOf(version);
  return defineReview<SelfSubjectReview>({
    ...{ group, version, kind: "SelfSubjectReview", plural, namespaced: false, schema },
  });
}

export const selfSubjectReviewResource = review("v1");
export const betaSelfSubjectReviewResource = review("v1beta1");
export const alphaSelfSubjectReviewResource = review("v1alpha1");

/** The one of the version; the newest where there is none such. */
export function selfSubjectReviewIn(version: string): Resource<SelfSubjectReview> {
  const older = [betaSelfSubjectReviewResource, alphaSelfSubjectReviewResource];
  return older.find((resource) => resource.version === version) ?? selfSubjectReviewResource;
}
