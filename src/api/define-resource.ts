/** Makes a kind's `Resource` from what is particular to it. */
import { sameJson } from "../lib/same-json.ts";
import type { ApiObject } from "./meta/object-meta.ts";
import type { Cell, ColumnDefinition } from "./meta/table.ts";
import type { Resource, ScaleAccess, Verb } from "./resource.ts";
import type { Subresource } from "./subresources.ts";
import type { Cause } from "./validation/cause.ts";
import { dnsSubdomain, type TextRule } from "./validation/names.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "./validation/object-meta.ts";

export interface Column<T> {
  readonly name: string;
  readonly type?: ColumnDefinition["type"];
  readonly description: string;
  /** Shown with `-o wide` only. */
  readonly wide?: boolean;
  cell(object: T, nowMs: number): Cell;
}

/** Objects whose status is a subresource. */
type WithStatus = ApiObject & { readonly status: unknown };

interface Common<T extends ApiObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly schema: Resource<T>["schema"];
  /** All of them where absent. */
  readonly verbs?: readonly Verb[];
  /** Besides `status` and `scale`. */
  readonly subresources?: readonly Subresource[];
  readonly columns: readonly Column<T>[];
  readonly nameRule?: TextRule;
  /** What is wrong beyond types and metadata. */
  validate?(object: T): readonly Cause[];
  /** What has no effect, though nothing is wrong with it. */
  warnings?(object: T): readonly string[];
  /** What may not change. */
  validateUpdate?(next: T, current: T): readonly Cause[];
  /** Gives values that the server chose back to an update that leaves them out. */
  restore?(next: T, current: T): T;
  /** What else creation sets. */
  complete?(object: T): T;
  /** Values that are derived from others whenever the object is written. */
  derive?(object: T): T;
  /** The part of the object that its generation counts the changes of. */
  wish?(object: T): unknown;
  readonly scale?: ScaleAccess<T>;
  /** What field selectors may name, besides `metadata.name` and `metadata.namespace`. */
  readonly fields?: Readonly<Record<string, (object: T) => string | undefined>>;
}

export type ResourceDefinition<T extends ApiObject> = Common<T> & {
  /** The status of a new object, for kinds whose status is a subresource. */
  initialStatus?(object: T): T extends WithStatus ? T["status"] : never;
};

const allVerbs: readonly Verb[] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

export function defineResource<T extends ApiObject>(definition: ResourceDefinition<T>): Resource<T> {
  const {
    group,
    version,
    kind,
    plural,
    namespaced,
    schema,
    columns,
    nameRule = dnsSubdomain,
    initialStatus,
  } = definition;
  const derive = (object: T): T => definition.derive?.(object) ?? object;
  const withStatusOf = (object: T, source: T): T =>
    initialStatus === undefined ? object : { ...object, status: "status" in source ? source.status : undefined };
  const fields: (readonly [string, (object: T) => string | undefined])[] = [
    ["metadata.name", (object) => object.metadata.name],
    ...(namespaced ? [["metadata.namespace", (object: T) => object.metadata.namespace] as const] : []),
    ...Object.entries(definition.fields ?? {}),
  ];
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: definition.shortNames ?? [],
    categories: definition.categories ?? [],
    namespaced,
    schema,
    verbs: definition.verbs ?? allVerbs,
    ...(definition.scale === undefined ? {} : { scale: definition.scale }),
    subresources: [
      ...(definition.scale === undefined ? [] : (["scale"] as const)),
      ...(initialStatus === undefined ? [] : (["status"] as const)),
      ...(definition.subresources ?? []),
    ],
    columns: columns.map(columnDefinition),
    row: (object, nowMs) => columns.map((column) => column.cell(object, nowMs)),
    validate: (object) => [
      ...validateObjectMeta(object.metadata, namespaced, nameRule),
      ...(definition.validate?.(object) ?? []),
    ],
    ...(definition.warnings !== undefined && { warnings: definition.warnings }),
    validateUpdate: (next, current) => [
      ...validateObjectMetaUpdate(next.metadata, current.metadata),
      ...(definition.validateUpdate?.(next, current) ?? []),
    ],
    prepareForCreate(object) {
      const { generation: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, ...metadata } = object.metadata;
      const born = { ...object, metadata: definition.wish === undefined ? metadata : { ...metadata, generation: 1 } };
      const completed = derive(definition.complete?.(born) ?? born);
      return initialStatus === undefined ? completed : { ...completed, status: initialStatus(completed) };
    },
    prepareForUpdate(next, current) {
      const derived = withStatusOf(derive(definition.restore?.(next, current) ?? next), current);
      const restored = { ...derived, metadata: restoredMeta(next, current) };
      if (definition.wish === undefined || sameJson(definition.wish(restored), definition.wish(current)))
        return restored;
      return { ...restored, metadata: { ...restored.metadata, generation: (current.metadata.generation ?? 0) + 1 } };
    },
    prepareForStatusUpdate(next, current) {
      const { resourceVersion = current.metadata.resourceVersion, managedFields } = next.metadata;
      const metadata = {
        ...current.metadata,
        resourceVersion,
        ...(managedFields === undefined ? {} : { managedFields }),
      };
      return withStatusOf({ ...current, metadata }, next);
    },
    selectableFieldNames: fields.map(([path]) => path),
    selectableFields: (object) => new Map(fields.map(([path, read]) => [path, read(object) ?? ""])),
  };
}

/** The server's own metadata stays; what names the object stays where the client left it out. */
function restoredMeta(next: ApiObject, current: ApiObject): ApiObject["metadata"] {
  const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, uid, namespace } =
    current.metadata;
  return {
    ...next.metadata,
    name: next.metadata.name === "" ? current.metadata.name : next.metadata.name,
    namespace: next.metadata.namespace ?? namespace,
    uid: next.metadata.uid ?? uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
  };
}

function columnDefinition<T>({ name, type = "string", description, wide = false }: Column<T>): ColumnDefinition {
  return { name, type, format: name === "Name" ? "name" : "", description, priority: wide ? 1 : 0 };
}
