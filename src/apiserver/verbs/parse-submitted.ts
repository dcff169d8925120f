/** What a client submitted as an object of its kind, and what the client is told of fields that do not count. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { parseOrRefuse } from "../../api/parse-object.ts";
import { unknownFields } from "../../api/unknown-fields.ts";
import { notSupported } from "../../api/validation/cause.ts";
import type { VerbRequest } from "./verb-context.ts";

type FieldValidation = "Ignore" | "Warn" | "Strict";

/** `body` is the request's own, or what its patch made. Throws `ApiError`. */
export function parseSubmitted(request: VerbRequest, body: unknown): ApiObject {
  const object = parseOrRefuse(request.resource, body);
  const validation = fieldValidation(request);
  const faults = validation === "Ignore" ? [] : faultsOf(request, body);
  if (validation === "Strict" && faults.length > 0) {
    const { kind, version } = request.resource;
    throw ApiError.badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${faults.join(", ")}`,
    );
  }
  for (const text of [...faults, ...(request.resource.warnings?.(object) ?? [])]) request.warn(text);
  return object;
}

/** Throws `ApiError` (422). The rooms of this process, which speak no text, are not looked after. */
function fieldValidation({ query, duplicateFields }: VerbRequest): FieldValidation {
  const asked = query["fieldValidation"] ?? "";
  if (asked === "Ignore" || asked === "Warn" || asked === "Strict") return asked;
  if (asked === "") return duplicateFields === undefined ? "Ignore" : "Warn";
  const cause = notSupported("fieldValidation", asked, ["Ignore", "Strict", "Warn"]);
  throw ApiError.invalid({ group: "meta.k8s.io", kind: "CreateOptions" }, "", [cause]);
}

/** A field that is unknown and comes twice is unknown, and nothing else. */
function faultsOf({ resource, duplicateFields = [] }: VerbRequest, body: unknown): string[] {
  const unknown = unknownFields(resource.schema, body);
  const isUnknown = (path: string) => unknown.some((other) => path === other || path.startsWith(`${other}.`));
  const known = duplicateFields.filter(({ path }) => path === undefined || !isUnknown(path));
  return [...unknown.map((path) => `unknown field "${path}"`), ...known.map(({ message }) => message)];
}
