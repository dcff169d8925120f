/** Reads the values of options on objects; each throws `UsageError` that says what it takes. */
import { UsageError } from "../../lib/errors.ts";
import { durationValue } from "../option-values.ts";

export function naturalValue(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${JSON.stringify(text)} is not a number from 0 on`);
}

/** `90s`, or `0` for no limit. */
export function optionalDuration(option: string): (text: string) => number {
  const duration = durationValue(option);
  return (text) => (text === "0" || text === "0s" ? 0 : duration(text));
}
