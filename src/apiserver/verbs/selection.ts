/** Which objects of a collection a list or a watch is about. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import { type FieldTerm, matchesFields, parseFieldSelector } from "../../api/selectors/field-selector.ts";
import { matchesRequirements } from "../../api/selectors/label-selector.ts";
import { parseLabelSelector } from "../../api/selectors/parse-label-selector.ts";
import type { Query } from "../routing/query-options.ts";

export interface Selection {
  /** Nothing is left out: objects need not be looked at. */
  readonly isEverything: boolean;
  /** The only name that matches. */
  readonly name: string | undefined;
  matches(object: ApiObject): boolean;
}

/** From `labelSelector` and `fieldSelector`. Throws `ApiError` (400). */
export function parseSelection(resource: AnyResource, query: Query): Selection {
  const labels = parseLabelSelector(query["labelSelector"] ?? "");
  if (!labels.ok) throw ApiError.badRequest(`labelSelector: ${labels.message}`);
  const fields = parseFieldSelector(query["fieldSelector"] ?? "", resource.selectableFieldNames);
  if (!fields.ok) throw ApiError.badRequest(`fieldSelector: ${fields.message}`);
  const { requirements } = labels;
  const { terms } = fields;
  return {
    isEverything: requirements.length === 0 && terms.length === 0,
    name: terms.find(namesObject)?.value,
    matches: (object) =>
      matchesRequirements(requirements, object.metadata.labels) &&
      (terms.length === 0 || matchesFields(terms, resource.selectableFields(object))),
  };
}

function namesObject({ field, isEqual }: FieldTerm): boolean {
  return field === "metadata.name" && isEqual;
}
