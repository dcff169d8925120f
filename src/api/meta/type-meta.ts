import { z } from "zod";

/** The two fields that say what an object is. */
export function typeMeta<const ApiVersion extends string, const Kind extends string>(
  apiVersion: ApiVersion,
  kind: Kind,
) {
  return { apiVersion: z.literal(apiVersion), kind: z.literal(kind) };
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}
