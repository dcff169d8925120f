/** How API schemas are written: zod for shape and defaults, plus what OpenAPI and strategic merge patches must know. */
import { z } from "zod";

/** How a strategic merge patch treats a list or an object; without one, lists are replaced and objects merged. */
export type PatchStrategy = "merge" | "replace" | "retainKeys";

export interface ApiMeta {
  /** The OpenAPI definition that the schema becomes: `io.k8s.api.core.v1.Pod`. */
  readonly definition?: string;
  readonly description?: string;
  /** Descriptions of an object's fields, so that schemas of simple types can be shared between fields. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly patchStrategies?: readonly PatchStrategy[];
  /** Which field identifies an element of a list of objects in a strategic merge patch. */
  readonly mergeKey?: string;
  /** How server-side apply treats a list: as one value, as a set of values, or by key; one value where absent. */
  readonly listType?: "atomic" | "set" | "map";
  /** The fields that together identify an element of a list of type `map`. */
  readonly listMapKeys?: readonly string[];
  /** Server-side apply treats an object or a map as one value; its fields as values of their own where absent. */
  readonly mapType?: "atomic";
  /** The plain OpenAPI type of a schema whose zod type does not say it. */
  readonly openapi?: Readonly<Record<string, unknown>>;
  /** The schema of the values of a map. */
  readonly values?: z.core.$ZodType;
}

const metas = new WeakMap<z.core.$ZodType, ApiMeta>();

/** Remembers `meta` of the schema and of what zod derives from it by adding checks; wrappers have none of it. */
export function annotate<Schema extends z.core.$ZodType>(schema: Schema, meta: ApiMeta): Schema {
  metas.set(schema, meta);
  return schema;
}

export function apiMetaOf(schema: z.core.$ZodType): ApiMeta {
  const own = metas.get(schema);
  if (own !== undefined) return own;
  const parent = schema._zod.parent;
  return parent === undefined ? {} : apiMetaOf(parent);
}

const core = "io.k8s.api.core.v1";
const machinery = "io.k8s.apimachinery.pkg.apis.meta.v1";
/** The prefixes of OpenAPI definition names. */
export const definitionPrefix = {
  core,
  machinery,
  apiextensions: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
  apps: "io.k8s.api.apps.v1",
  authentication: "io.k8s.api.authentication.v1",
  authorization: "io.k8s.api.authorization.v1",
  autoscaling: "io.k8s.api.autoscaling.v2",
  batch: "io.k8s.api.batch.v1",
  certificates: "io.k8s.api.certificates.v1",
  coordination: "io.k8s.api.coordination.v1",
  discovery: "io.k8s.api.discovery.v1",
  metrics: "io.k8s.metrics.pkg.apis.metrics.v1beta1",
  networking: "io.k8s.api.networking.v1",
  node: "io.k8s.api.node.v1",
  policy: "io.k8s.api.policy.v1",
  rbac: "io.k8s.api.rbac.v1",
  scheduling: "io.k8s.api.scheduling.v1",
  storage: "io.k8s.api.storage.v1",
} as const;

/** A named object schema; fields it does not know are pruned. `fields` describes single fields for `kubectl explain`. */
export function define<Shape extends z.core.$ZodLooseShape>(
  definition: string,
  description: string,
  shape: Shape,
  fields?: Readonly<{ [Field in keyof Shape]?: string }>,
) {
  return annotate(z.object(shape), {
    definition,
    description,
    fields: { ...fields } as Readonly<Record<string, string>>,
  });
}

/**
 * A list whose elements a strategic merge patch matches by `mergeKey`. Server-side apply matches them by that key too,
 * or by `listMapKeys` where one field is too little to tell them apart.
 */
export function mergeList<Item extends z.ZodType>(
  item: Item,
  mergeKey: string,
  options: Pick<ApiMeta, "listType" | "listMapKeys"> & { readonly retainKeys?: boolean } = {},
) {
  const { listType = "map", listMapKeys = [mergeKey], retainKeys = false } = options;
  return annotate(z.array(item), {
    mergeKey,
    patchStrategies: retainKeys ? ["merge", "retainKeys"] : ["merge"],
    listType,
    ...(listType === "map" ? { listMapKeys } : {}),
  });
}

/** A list of plain values that a strategic merge patch adds to. */
export function mergeSet<Item extends z.ZodType>(item: Item) {
  return annotate(z.array(item), { patchStrategies: ["merge"], listType: "set" });
}

/** A list of plain values that server-side apply adds to, and a strategic merge patch replaces. */
export function setOf<Item extends z.ZodType>(item: Item) {
  return annotate(z.array(item), { listType: "set" });
}

/** A list whose elements server-side apply tells apart by `keys`, and a strategic merge patch replaces. */
export function mapList<Item extends z.ZodType>(item: Item, ...listMapKeys: readonly string[]) {
  return annotate(z.array(item), { listType: "map", listMapKeys });
}

/** An object that a strategic merge patch replaces, or of which it keeps the named fields alone. */
export function patched<Schema extends z.ZodType>(schema: Schema, strategy: "replace" | "retainKeys"): Schema {
  return annotate(schema.clone(), { ...apiMetaOf(schema), patchStrategies: [strategy] });
}

/** An object or a map that server-side apply treats as one value. Lists are so without being told. */
export function atomic<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  return annotate(schema, { ...apiMetaOf(schema), mapType: "atomic" });
}

/** Absent or empty alike, as in Kubernetes wherever a string is no pointer. */
export const text = z
  .string()
  .transform((value) => (value === "" ? undefined : value))
  .optional();
/** A string whose empty value means something other than its absence. */
export const pointerText = z.string().optional();
export const requiredText = z.string().min(1);
export const textList = z.array(z.string()).optional();
export const flag = z.boolean().optional();
export const int32Value = annotate(z.int32(), { openapi: { type: "integer", format: "int32" } });
export const int64Value = annotate(z.int(), { openapi: { type: "integer", format: "int64" } });
export const int32 = int32Value.optional();
export const int64 = int64Value.optional();
/** A count in a status: 0 until something is counted. */
export const count = int32Value.default(0);

/**
 * A map with any keys, `__proto__` and `constructor` among them: zod's own record leaves such keys out.
 * Keys are read with `ownValue`, never with brackets.
 */
export function mapOf<Value extends z.ZodType>(value: Value) {
  const schema = z
    .custom<Readonly<Record<string, z.input<Value>>>>(isPlainObject, {
      error: "must be an object",
      params: { malformed: true },
    })
    .transform((input, context): Record<string, z.output<Value>> => {
      const entries: [string, z.output<Value>][] = [];
      for (const [key, item] of Object.entries(input)) {
        const parsed = value.safeParse(item);
        if (parsed.success) entries.push([key, parsed.data]);
        for (const issue of parsed.error?.issues ?? [])
          context.issues.push({
            code: "custom",
            message: issue.code === "invalid_type" ? `must be of type ${issue.expected}` : issue.message,
            path: [key, ...issue.path],
            input: item,
            params: { malformed: true },
          });
      }
      return Object.fromEntries(entries);
    });
  return annotate(schema, { values: value });
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Bytes in base64. */
export const bytes = annotate(z.string(), { openapi: { type: "string", format: "byte" } });
/** Bytes in base64 by key. */
export const bytesMap = mapOf(bytes).optional();
export const stringMap = mapOf(z.string()).optional();
/** Labels to match, which server-side apply treats as one value. */
export const atomicMap = atomic(mapOf(z.string())).optional();
/** Absent or empty alike, as in Kubernetes' own metadata. */
export const filledMap = mapOf(z.string())
  .transform((map) => (Object.keys(map).length === 0 ? undefined : map))
  .optional();
