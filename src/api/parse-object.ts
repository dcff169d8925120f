/** Turns what a client sent into an object of a kind, or into causes that name the fields at fault. */
import type { z } from "zod";
import { ApiError } from "./api-error.ts";
import type { ApiObject } from "./meta/object-meta.ts";
import { isPlainObject } from "./meta/schema.ts";
import { apiVersionOf } from "./meta/type-meta.ts";
import { withoutNulls } from "./meta/without-nulls.ts";
import type { Resource } from "./resource.ts";
import { type Cause, causesText, fieldPath, invalid, notSupported, required, typeInvalid } from "./validation/cause.ts";

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  /** `malformed` bodies have the wrong types and are 400s in Kubernetes; others have the wrong values and are 422s. */
  | { readonly ok: false; readonly malformed: boolean; readonly causes: readonly Cause[] };

/**
 * Parses and defaults a body. Fields that the kind does not know are dropped, nulls count as absent, and a body that
 * does not say its kind is taken to be of the resource's.
 */
export function parseObject<T extends ApiObject>(resource: Resource<T>, body: unknown): Parsed<T> {
  if (!isPlainObject(body)) return malformed(typeInvalid("", body, "must be an object"));
  const apiVersion = apiVersionOf(resource.group, resource.version);
  const named = { apiVersion, kind: resource.kind, metadata: {}, ...body };
  if (named.apiVersion !== apiVersion)
    return malformed(invalid("apiVersion", named.apiVersion, `must be "${apiVersion}" at this path`));
  if (named.kind !== resource.kind)
    return malformed(invalid("kind", named.kind, `must be "${resource.kind}" at this path`));
  return parseBody(resource.schema, named);
}

/** Parses any body by its schema: options, bindings, statuses. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const clean = withoutNulls(body);
  if (clean === undefined) return malformed(invalid("", "…", "is nested too deeply"));
  const parsed = schema.safeParse(clean.value, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  const { issues } = parsed.error;
  return { ok: false, malformed: issues.some(isMalformed), causes: issues.map(causeOf) };
}

/** As `parseObject`; throws `ApiError` with reason `BadRequest` or `Invalid`. */
export function parseOrRefuse<T extends ApiObject>(resource: Resource<T>, body: unknown): T {
  const parsed = parseObject(resource, body);
  if (parsed.ok) return parsed.value;
  if (!parsed.malformed) throw ApiError.invalid(resource, nameOf(body), parsed.causes);
  const { kind, version } = resource;
  throw ApiError.badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: ${causesText(parsed.causes)}`,
  );
}

function nameOf(body: unknown): string {
  const metadata = isPlainObject(body) ? body["metadata"] : undefined;
  const name = isPlainObject(metadata) ? metadata["name"] : undefined;
  return typeof name === "string" ? name : "";
}

function malformed(cause: Cause): Parsed<never> {
  return { ok: false, malformed: true, causes: [cause] };
}

/** Wrong types, against which Kubernetes' own decoder fails before any validation. */
function isMalformed(issue: z.core.$ZodIssue): boolean {
  if (issue.code === "custom") return issue.params?.["malformed"] === true;
  if (issue.code === "invalid_type") return issue.input !== undefined;
  return issue.code === "invalid_union" && issue.input !== undefined;
}

function causeOf(issue: z.core.$ZodIssue): Cause {
  const field = fieldPath(issue.path);
  if (issue.input === undefined) return required(field);
  switch (issue.code) {
    case "invalid_type":
      return typeInvalid(field, issue.input, `must be of type ${issue.expected}`);
    case "invalid_value":
      return issue.input === "" ? required(field) : notSupported(field, issue.input, issue.values);
    case "invalid_union":
      return typeInvalid(field, issue.input, "must be a number or text");
    case "too_small":
      return issue.origin === "string"
        ? required(field)
        : invalid(field, issue.input, `must be at least ${issue.minimum}`);
    default:
      return isMalformed(issue)
        ? typeInvalid(field, issue.input, issue.message)
        : invalid(field, issue.input, issue.message);
  }
}
