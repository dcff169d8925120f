/** What the API server, the client and the controllers know of a kind. */
import type { z } from "zod";
import type { ApiObject } from "./meta/object-meta.ts";
import type { Cell, ColumnDefinition } from "./meta/table.ts";
import { apiVersionOf } from "./meta/type-meta.ts";
import type { Subresource } from "./subresources.ts";
import type { Cause } from "./validation/cause.ts";

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

/** How objects of one version become those of the version that the kind is stored in, and back, without loss. */
export interface Conversion<T extends ApiObject = ApiObject> {
  readonly stored: AnyResource;
  toStored(object: T): ApiObject;
  fromStored(object: ApiObject): T;
}

/** Where a workload keeps how many pods it has and shall have. */
export interface ScaleAccess<T extends ApiObject = ApiObject> {
  wished(object: T): number;
  observed(object: T): number;
  /** As text for queries: `app=web,tier in (a,b)`. */
  selector(object: T): string;
  withWished(object: T, replicas: number): T;
}

/** A kind of object that the API serves. Every function is pure and changes none of its arguments. */
export interface Resource<T extends ApiObject = ApiObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As in paths: `daemonsets`. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** `all` makes `kubectl get all` show the kind. */
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly schema: z.ZodType<T>;
  /** Only where the kind is served in several versions, and is stored in another one than this. */
  readonly conversion?: Conversion<T>;
  /** What the `scale` subresource reads and writes, for kinds that have it. */
  readonly scale?: ScaleAccess<T>;
  /** Made by a CustomResourceDefinition: nothing is known of how its lists merge strategically. */
  readonly isCustom?: true;
  /** What of a submitted object has no effect here, though nothing is wrong with it. */
  warnings?(object: T): readonly string[];
  /** What whoever uses a deprecated version is told. */
  readonly deprecationWarning?: string;
  /** What may be done with objects of the kind. One that can be created only is answered and never stored. */
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  readonly columns: readonly ColumnDefinition[];
  /** One cell a column; `nowMs` is for ages. */
  row(object: T, nowMs: number): readonly Cell[];
  /** What is wrong with an object that the schema parsed; empty for a valid one. After it was prepared. */
  validate(object: T): readonly Cause[];
  /** What of `current` may not change and did, besides what `validate` says of `next`. After `prepareForUpdate`. */
  validateUpdate(next: T, current: T): readonly Cause[];
  /** Drops what a client may not set: the status, where it is a subresource, and starts the generation at 1. */
  prepareForCreate(object: T): T;
  /** Restores what a PUT or PATCH of the object may not touch, and counts the generation up where the wish changed. */
  prepareForUpdate(next: T, current: T): T;
  /** Keeps `current` but for its status, and what else the status subresource may change. */
  prepareForStatusUpdate(next: T, current: T): T;
  /** The fields that field selectors may name. */
  readonly selectableFieldNames: readonly string[];
  /** The values of those fields; empty where the object has none. */
  selectableFields(object: T): ReadonlyMap<string, string>;
}

/** A kind whose type does not matter: for code that treats all kinds alike. */
export type AnyResource = Resource<ApiObject>;

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOfResource(resource: Pick<Resource, "group" | "version">): string {
  return apiVersionOf(resource.group, resource.version);
}

/** `daemonsets.apps`, or `pods` for the core group; as messages name a kind. */
export function qualifiedPlural(resource: Pick<Resource, "group" | "plural">): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}
