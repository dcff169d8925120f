/** Makes a `Resource` of a kind that is asked and answered, and never stored: its objects have no names. */
import { defineResource, type ResourceDefinition } from "./define-resource.ts";
import type { ApiObject } from "./meta/object-meta.ts";
import { nameColumn } from "./printing.ts";
import type { Resource } from "./resource.ts";

export type ReviewDefinition<T extends ApiObject> = Pick<
  ResourceDefinition<T>,
  "group" | "version" | "kind" | "plural" | "namespaced" | "schema" | "validate"
>;

export function defineReview<T extends ApiObject>(definition: ReviewDefinition<T>): Resource<T> {
  const resource = defineResource<T>({ ...definition, verbs: ["create"], columns: [nameColumn] });
  return { ...resource, validate: (object) => definition.validate?.(object) ?? [] };
}
