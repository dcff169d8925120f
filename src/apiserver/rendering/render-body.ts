/** An answer in the form that the client asked for: as it is, as rows of cells, or as metadata alone. */
import type { ApiWatchEvent } from "../../api/exchange.ts";
import type { ApiList } from "../../api/meta/list-meta.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import type { Table, TableRow } from "../../api/meta/table.ts";
import type { AnyResource } from "../../api/resource.ts";
import type { ResponseForm } from "../http/accept.ts";

/** What a table's rows carry besides their cells; kubectl asks for `Object` to sort. */
export type IncludedObject = "None" | "Metadata" | "Object";

export interface Rendering {
  readonly form: ResponseForm;
  readonly included: IncludedObject;
}

/** `body` is an object or a list of `resource`, or a `Status`, which is never rendered otherwise. */
export function renderBody(
  resource: AnyResource | undefined,
  body: unknown,
  rendering: Rendering,
  nowMs: number,
): unknown {
  const { form } = rendering;
  if (form.form === "plain" || resource === undefined) return body;
  const whole = asListOrObject(body, resource);
  if (whole === undefined) return body;
  if (form.form === "table") return tableOf(resource, whole, form.version, rendering.included, nowMs);
  if (whole.type === "object") return partialMetadata(whole.object, form.version);
  const { list } = whole;
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata: list.metadata,
    items: list.items.map((object) => partialMetadata(object, form.version)),
  };
}

/** Each event's object as `renderBody` renders it. */
export async function* renderEvents(
  resource: AnyResource | undefined,
  events: AsyncIterable<ApiWatchEvent>,
  rendering: Rendering,
  nowMs: () => number,
): AsyncGenerator<ApiWatchEvent, void, undefined> {
  for await (const { type, object } of events) {
    yield { type, object: renderBody(resource, object, rendering, nowMs()) };
  }
}

type ListOrObject =
  | { readonly type: "list"; readonly list: ApiList<ApiObject> }
  | { readonly type: "object"; readonly object: ApiObject };

/** The server's own answers: their kind says their type. */
function asListOrObject(body: unknown, { kind }: AnyResource): ListOrObject | undefined {
  if (!isPlainObject(body)) return undefined;
  if (body["kind"] === kind) return { type: "object", object: body as unknown as ApiObject };
  if (body["kind"] === `${kind}List`) return { type: "list", list: body as unknown as ApiList<ApiObject> };
  return undefined;
}

function tableOf(
  resource: AnyResource,
  whole: ListOrObject,
  version: string,
  included: IncludedObject,
  nowMs: number,
): Table {
  const objects = whole.type === "list" ? whole.list.items : [whole.object];
  const { resourceVersion } = whole.type === "list" ? whole.list.metadata : whole.object.metadata;
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${version}`,
    metadata: whole.type === "list" ? whole.list.metadata : { resourceVersion },
    columnDefinitions: resource.columns,
    rows: objects.map((object): TableRow => {
      const cells = isBookmark(object) ? resource.columns.map(() => null) : resource.row(object, nowMs);
      if (included === "None") return { cells };
      return { cells, object: included === "Object" ? object : rowMetadata(object, version) };
    }),
  };
}

/** A bookmark has the kind of its watch and nothing but a version: no column can be read from it. */
function isBookmark({ metadata }: ApiObject): boolean {
  return metadata.name === undefined;
}

/** Who set what is half of an object's metadata, and nothing that a row shows. */
function rowMetadata(object: ApiObject, version: string) {
  const { managedFields: _, ...metadata } = object.metadata;
  return partialMetadata({ ...object, metadata }, version);
}

function partialMetadata({ metadata }: ApiObject, version: string) {
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata } as const;
}
