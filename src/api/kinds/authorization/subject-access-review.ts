/** Asks what somebody may do: in the whole fleet, or in one namespace. */
import type { z } from "zod";
import { defineReview } from "../../define-review.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, text, textList } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, invalid } from "../../validation/cause.ts";
import { extra } from "../authentication/user-info.ts";
import {
  accessReviewStatusSchema,
  nonResourceAttributesSchema,
  resourceAttributesSchema,
} from "./access-attributes.ts";
import { validateAttributes, validateReviewedSubject } from "./validate-access-review.ts";

const prefix = definitionPrefix.authorization;

const specSchema = define(
  `${prefix}.SubjectAccessReviewSpec`,
  "Who, and what.",
  {
    resourceAttributes: resourceAttributesSchema.optional(),
    nonResourceAttributes: nonResourceAttributesSchema.optional(),
    user: text,
    groups: textList,
    extra,
    uid: text,
  },
  {
    resourceAttributes: "A verb on a resource.",
    nonResourceAttributes: "A verb on a path that is no resource.",
    user: "The user that is asked about.",
    groups: "The groups that are asked about.",
  },
);

const subjectAccessReviewSchema = define(
  `${prefix}.SubjectAccessReview`,
  "Asks whether a user or a group may do something.",
  {
    ...typeMeta("authorization.k8s.io/v1", "SubjectAccessReview"),
    metadata: objectMetaSchema,
    spec: specSchema,
    status: accessReviewStatusSchema.optional(),
  },
  { spec: "What is asked.", status: "The answer." },
);
export type SubjectAccessReview = z.infer<typeof subjectAccessReviewSchema>;

export const subjectAccessReviewResource: Resource<SubjectAccessReview> = defineReview<SubjectAccessReview>({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  namespaced: false,
  schema: subjectAccessReviewSchema,
  validate: ({ spec }) => [...validateAttributes(spec), ...validateReviewedSubject(spec)],
});

const localSubjectAccessReviewSchema = define(
  `${prefix}.LocalSubjectAccessReview`,
  "Asks whether a user or a group may do something within one namespace.",
  {
    ...typeMeta("authorization.k8s.io/v1", "LocalSubjectAccessReview"),
    metadata: objectMetaSchema,
    spec: specSchema,
    status: accessReviewStatusSchema.optional(),
  },
  { spec: "What is asked.", status: "The answer." },
);
export type LocalSubjectAccessReview = z.infer<typeof localSubjectAccessReviewSchema>;

export const localSubjectAccessReviewResource: Resource<LocalSubjectAccessReview> =
  defineReview<LocalSubjectAccessReview>({
    group: "authorization.k8s.io",
    version: "v1",
    kind: "LocalSubjectAccessReview",
    plural: "localsubjectaccessreviews",
    namespaced: true,
    schema: localSubjectAccessReviewSchema,
    validate: validateLocalReview,
  });

function validateLocalReview({ metadata, spec }: LocalSubjectAccessReview): Cause[] {
  const causes = [...validateAttributes(spec), ...validateReviewedSubject(spec)];
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && resourceAttributes.namespace !== metadata.namespace)
    causes.push(
      invalid("spec.resourceAttributes.namespace", resourceAttributes.namespace ?? "", "must match metadata.namespace"),
    );
  if (nonResourceAttributes !== undefined)
    causes.push(invalid("spec.nonResourceAttributes", nonResourceAttributes, "disallowed on this kind of request"));
  return causes;
}
