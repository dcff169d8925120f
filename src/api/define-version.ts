/**
 * Makes a kind's `Resource` for another version than the one it is stored in, from two conversions.
 *
 * Rules, columns and defaults of creation are those of the stored version, which see the object converted: a version
 * brings its shape and nothing else.
 */
import type { ApiObject } from "./meta/object-meta.ts";
import type { Resource } from "./resource.ts";
import type { Cause } from "./validation/cause.ts";

export interface VersionDefinition<T extends ApiObject, Stored extends ApiObject> {
  /** The stored version's unless given: Events have moved to a group of their own. */
  readonly group?: string;
  readonly version: string;
  readonly schema: Resource<T>["schema"];
  /** `fromStored(toStored(object))` is the object, and likewise the other way: nothing is lost in any version. */
  toStored(object: T): Stored;
  fromStored(object: Stored): T;
  /** What this version demands besides. */
  validate?(object: T): readonly Cause[];
  /** Field selectors whose names differ: the stored version's to this one's. */
  readonly fields?: Readonly<Record<string, string>>;
}

export function defineVersion<T extends ApiObject, Stored extends ApiObject>(
  stored: Resource<Stored>,
  definition: VersionDefinition<T, Stored>,
): Resource<T> {
  const { group = stored.group, version, schema, toStored, fromStored, fields = {} } = definition;
  const labelOf = (field: string) => (Object.hasOwn(fields, field) ? (fields[field] ?? field) : field);
  // Scaled through the stored version's path alone, and warned of what that version knows.
  const { scale: _, warnings: __, ...shared } = stored;
  return {
    ...shared,
    group,
    version,
    schema,
    conversion: { stored, toStored, fromStored },
    row: (object, nowMs) => stored.row(toStored(object), nowMs),
    validate: (object) => [...stored.validate(toStored(object)), ...(definition.validate?.(object) ?? [])],
    validateUpdate: (next, current) => stored.validateUpdate(toStored(next), toStored(current)),
    prepareForCreate: (object) => fromStored(stored.prepareForCreate(toStored(object))),
    prepareForUpdate: (next, current) => fromStored(stored.prepareForUpdate(toStored(next), toStored(current))),
    prepareForStatusUpdate: (next, current) =>
      fromStored(stored.prepareForStatusUpdate(toStored(next), toStored(current))),
    selectableFieldNames: stored.selectableFieldNames.map(labelOf),
    selectableFields: (object) =>
      new Map(Array.from(stored.selectableFields(toStored(object)), ([field, value]) => [labelOf(field), value])),
  };
}
