/** A kind as a client meets it: what it makes of a body, what it says is wrong with one, and how it shows it. */
import type { ApiObject } from "../meta/object-meta.ts";
import { parseObject, parseOrRefuse } from "../parse-object.ts";
import type { AnyResource } from "../resource.ts";
import { findResourceOfKind } from "../resources.ts";

export function kindUnderTest(apiVersion: string, kind: string): AnyResource {
  const resource = findResourceOfKind(apiVersion, kind);
  if (resource === undefined) throw new Error(`no ${kind} of ${apiVersion} is served`);
  return resource;
}

/** What creation makes of a body, as JSON; throws where it is not valid. */
export function created(resource: AnyResource, body: object) {
  const object: ApiObject = resource.prepareForCreate(parseOrRefuse(resource, body));
  const causes = resource.validate(object);
  if (causes.length > 0) throw new Error(causes.map(({ field, message }) => `${field}: ${message}`).join("; "));
  return JSON.parse(JSON.stringify(object));
}

/** `field: message` of everything that is wrong with a new object. */
export function wrong(resource: AnyResource, body: object): string[] {
  const parsed = parseObject(resource, body);
  const causes = parsed.ok ? resource.validate(resource.prepareForCreate(parsed.value)) : parsed.causes;
  return causes.map(({ field, message }) => `${field}: ${message}`);
}

/** `field: message` of everything that forbids a change of a stored object. */
export function wrongUpdate(resource: AnyResource, body: object, change: object): string[] {
  const current = resource.prepareForCreate(parseOrRefuse(resource, body));
  const next = resource.prepareForUpdate(parseOrRefuse(resource, change), current);
  return [...resource.validate(next), ...resource.validateUpdate(next, current)].map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

/** Cells by column, of an object as the store holds it. */
export function cells(resource: AnyResource, body: object, nowMs: number): Record<string, unknown> {
  const row = resource.row(parseOrRefuse(resource, body), nowMs);
  return Object.fromEntries(resource.columns.map(({ name }, index) => [name, row[index]]));
}
