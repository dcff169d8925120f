/** LimitRanges: what containers of a namespace get by default, and what single objects may ask for. */
import { ApiError } from "../../api/api-error.ts";
import { type LimitRange, limitRangeResource } from "../../api/kinds/limit-range.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { claimLimitViolations, podLimitViolations } from "../../api/quota/limit-bounds.ts";
import { withLimitDefaults } from "../../api/quota/limit-defaults.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { isClaim, isPod } from "../verbs/kind-guards.ts";
import type { MutatingStep, ValidatingStep } from "./admission.ts";
import { lookUpAll } from "./look-up.ts";

export const limitDefaults: MutatingStep = async ({ fleet }, { operation, subresource, namespace, object }) => {
  if (operation !== "CREATE" || subresource !== undefined || !isPod(object)) return object;
  return withLimitDefaults(object, await limitRangesOf(fleet, namespace));
};

/** A pod's wishes do not change; a claim may grow. */
export const limitBounds: ValidatingStep = async ({ fleet }, request) => {
  const { operation, subresource, resource, namespace, name, object } = request;
  if (object === undefined || subresource !== undefined) return undefined;
  const isBounded = isPod(object) ? operation === "CREATE" : isClaim(object);
  if (!isBounded || object.metadata.deletionTimestamp !== undefined) return undefined;
  const items = (await limitRangesOf(fleet, namespace)).flatMap(({ spec }) => spec.limits);
  const violations = isPod(object)
    ? podLimitViolations(object, items)
    : isClaim(object)
      ? claimLimitViolations(object, items)
      : [];
  if (violations.length === 0) return undefined;
  throw ApiError.forbidden(resource, name, violations.length > 1 ? `[${violations.join(", ")}]` : violations.join(""));
};

async function limitRangesOf(fleet: ObjectStore, namespace: string | undefined): Promise<LimitRange[]> {
  const found = await lookUpAll(fleet, limitRangeResource, namespace);
  return found.map(({ object }) => object).filter(isLimitRange);
}

function isLimitRange(object: ApiObject): object is LimitRange {
  return object.apiVersion === "v1" && object.kind === "LimitRange";
}
