/** What is wrong with counts, and with shares given as a number or a percentage. */
import { type IntOrString, scaledValue } from "../meta/int-or-string.ts";
import { type Cause, invalid } from "./cause.ts";

const notPercent = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%' or '93%')";

export function validateNonnegative(value: number | undefined, path: string): Cause[] {
  return value === undefined || value >= 0 ? [] : [invalid(path, value, "must be greater than or equal to 0")];
}

/** At most 100% where it is a percentage. */
export function validateShare(value: IntOrString, path: string): Cause[] {
  const causes = validateSurplus(value, path);
  if (causes.length > 0 || typeof value === "number" || (scaledValue(value, 100, "up") ?? 0) <= 100) return causes;
  return [invalid(path, value, "must not be greater than 100%")];
}

/** A share that may be more than the whole. */
export function validateSurplus(value: IntOrString, path: string): Cause[] {
  const share = scaledValue(value, 100, "up");
  if (share === undefined) return [invalid(path, value, notPercent)];
  return validateNonnegative(share, path).map(() => invalid(path, value, "must be greater than or equal to 0"));
}

export function isZeroShare(value: IntOrString): boolean {
  return scaledValue(value, 100, "up") === 0;
}
