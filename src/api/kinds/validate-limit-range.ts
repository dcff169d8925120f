/** What is wrong with a LimitRange: bounds that contradict each other. */
import { ownValue } from "../../lib/own-value.ts";
import { compareQuantities } from "../meta/quantity.ts";
import { type Cause, duplicate, forbidden, invalid, required } from "../validation/cause.ts";
import { labelKey } from "../validation/names.ts";
import type { LimitRange, LimitRangeItem } from "./limit-range.ts";

const amounts = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

export function validateLimitRange({ spec: { limits } }: LimitRange): Cause[] {
  const causes: Cause[] = [];
  const types = new Set<string>();
  for (const [index, item] of limits.entries()) {
    const path = `spec.limits[${index}]`;
    const wrong = labelKey(item.type);
    if (wrong !== undefined) causes.push(invalid(`${path}.type`, item.type, wrong));
    if (types.has(item.type)) causes.push(duplicate(`${path}.type`, item.type));
    types.add(item.type);
    causes.push(...validateKind(item, path));
    const names = new Set(amounts.flatMap((field) => Object.keys(item[field] ?? {})));
    for (const name of names) causes.push(...validateBounds(item, name, path));
  }
  return causes;
}

function validateKind(item: LimitRangeItem, path: string): Cause[] {
  const causes: Cause[] = [];
  if (item.type === "Pod")
    for (const field of ["default", "defaultRequest"] as const)
      if (Object.keys(item[field] ?? {}).length > 0)
        causes.push(forbidden(`${path}.${field}`, "may not be specified when `type` is 'Pod'"));
  if (item.type === "PersistentVolumeClaim") {
    const { min = {}, max = {} } = item;
    if (!Object.hasOwn(min, "storage") && !Object.hasOwn(max, "storage"))
      causes.push(
        required(`${path}.limits`, "either minimum or maximum storage value is required, but neither was provided"),
      );
  }
  return causes;
}

function validateBounds(item: LimitRangeItem, name: string, path: string): Cause[] {
  const causes: Cause[] = [];
  const ordered = (smaller: (typeof amounts)[number], larger: (typeof amounts)[number], blamed = smaller) => {
    const less = ownValue(item[smaller], name);
    const more = ownValue(item[larger], name);
    if (less === undefined || more === undefined || compareQuantities(less, more) <= 0) return;
    const text = `${words[smaller]} value ${less} is greater than ${words[larger]} value ${more}`;
    causes.push(invalid(`${path}.${blamed}[${name}]`, blamed === smaller ? less : more, text));
  };
  ordered("min", "max");
  ordered("min", "defaultRequest", "defaultRequest");
  ordered("defaultRequest", "max");
  ordered("defaultRequest", "default");
  ordered("min", "default");
  ordered("default", "max");
  const ratio = ownValue(item.maxLimitRequestRatio, name);
  if (ratio !== undefined && compareQuantities(ratio, "1") < 0)
    causes.push(invalid(`${path}.maxLimitRequestRatio[${name}]`, ratio, `ratio ${ratio} is less than 1`));
  return causes;
}

const words = {
  max: "max",
  min: "min",
  default: "default limit",
  defaultRequest: "default request",
  maxLimitRequestRatio: "ratio",
};
