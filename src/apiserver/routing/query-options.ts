/** Query parameters as Kubernetes clients send them, checked and typed. All functions throw `ApiError` (400). */
import { ApiError } from "../../api/api-error.ts";
import { type Revision, revision } from "../../store/types.ts";
import { parseGoBoolean } from "./go-boolean.ts";

export type Query = Readonly<Record<string, string>>;

export function booleanOption(query: Query, name: string): boolean {
  const value = parseGoBoolean(query[name]);
  if (value === undefined) throw ApiError.badRequest(`${name}: "${query[name]}" is neither true nor false`);
  return value;
}

/** A nonnegative integer; absent or empty is undefined. */
export function countOption(query: Query, name: string): number | undefined {
  const text = query[name];
  if (text === undefined || text === "") return undefined;
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
  if (value === undefined) throw ApiError.badRequest(`${name}: "${text}" is not a nonnegative whole number`);
  return value;
}

/** Absent or empty asks for the latest, 0 for whatever this voter has. */
export function resourceVersionOption(query: Query): Revision | undefined {
  const value = countOption(query, "resourceVersion");
  return value === undefined ? undefined : revision(value);
}

/** `dryRun=All` is the only kind of dry run there is. */
export function dryRunOption(query: Query): boolean {
  const value = query["dryRun"] ?? "";
  if (value !== "" && value !== "All") throw ApiError.badRequest(`dryRun: "${value}" is not supported: use "All"`);
  return value === "All";
}
