/** What is wrong with a question about somebody's rights. */
import { type Cause, invalid } from "../../validation/cause.ts";
import type { NonResourceAttributes, ResourceAttributes } from "./access-attributes.ts";

interface Attributes {
  readonly resourceAttributes?: ResourceAttributes | undefined;
  readonly nonResourceAttributes?: NonResourceAttributes | undefined;
}

export function validateAttributes({ resourceAttributes, nonResourceAttributes }: Attributes): Cause[] {
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined)
    return [
      invalid(
        "spec.nonResourceAttributes",
        nonResourceAttributes,
        "cannot be specified in combination with resourceAttributes",
      ),
    ];
  if (resourceAttributes === undefined && nonResourceAttributes === undefined)
    return [
      invalid(
        "spec.resourceAttributes",
        undefined,
        "exactly one of nonResourceAttributes or resourceAttributes must be specified",
      ),
    ];
  return [];
}

interface Subject {
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

export function validateReviewedSubject({ user, groups = [] }: Subject): Cause[] {
  if (user !== undefined || groups.length > 0) return [];
  return [invalid("spec.user", "", "at least one of user or group must be specified")];
}
