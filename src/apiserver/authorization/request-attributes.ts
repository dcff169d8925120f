/** What a request asks for, in the words that rules are written in. */
import type { ApiRequest } from "../../api/exchange.ts";
import { parseFieldSelector } from "../../api/selectors/field-selector.ts";
import { parseGoBoolean } from "../routing/go-boolean.ts";
import { parseRoute, type ResourcePath } from "../routing/route.ts";

export interface ResourceAttributes {
  readonly type: "resource";
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, or one that only rules know. */
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As in paths: `daemonsets`. */
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Empty for cluster-scoped kinds, and for all namespaces. A Namespace is in itself. */
  readonly namespace: string;
  /** Empty for a collection, unless a field selector narrows it to one name. */
  readonly name: string;
  /** The fields that a selector requires to have one value; empty where it asks for one object. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface PathAttributes {
  readonly type: "path";
  /** The method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export type RequestAttributes = ResourceAttributes | PathAttributes;

const noFields: ReadonlyMap<string, string> = new Map();
/** Segments before and up to a subresource: `/api/v1/nodes/b1/proxy` has 6, `/apis/…/namespaces/…` has three more. */
const subresourceSegments = [9, 8, 7, 6];

/** `path` is decoded, without a trailing slash; whether anything is there is for others to say. */
export function attributesOf(request: Pick<ApiRequest, "method" | "path" | "query">): RequestAttributes {
  const { method, path, query = {} } = request;
  const place = resourcePath(path);
  if (place === undefined) return { type: "path", verb: method.toLowerCase(), path };
  const { group, version, plural, name = "", subresource = "" } = place;
  const verb = verbOf(method, name !== "", parseGoBoolean(query["watch"]) === true);
  const fields = name === "" && verb !== "create" ? requiredFields(query["fieldSelector"]) : noFields;
  return {
    type: "resource",
    verb,
    group,
    version,
    resource: plural,
    subresource,
    namespace: place.namespace ?? (group === "" && plural === "namespaces" ? name : ""),
    name: name === "" ? (fields.get("metadata.name") ?? "") : name,
    fields,
  };
}

/** What follows a subresource is for what stands behind it: `…/services/web/proxy/index.html`. */
function resourcePath(path: string): ResourcePath | undefined {
  const segments = path.split("/");
  const ends = subresourceSegments.filter((length) => length < segments.length);
  for (const end of [segments.length, ...ends]) {
    const route = parseRoute(segments.slice(0, end).join("/"));
    if (route?.type === "resource") return route.path;
  }
  return undefined;
}

function verbOf(method: ApiRequest["method"], isNamed: boolean, isWatch: boolean): string {
  switch (method) {
    case "GET":
      if (isWatch) return "watch";
      return isNamed ? "get" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return isNamed ? "delete" : "deletecollection";
  }
}

/** A selector that is malformed requires nothing: it is refused later, by whoever knows the kind. */
function requiredFields(selector: string | undefined): ReadonlyMap<string, string> {
  if (selector === undefined || selector === "") return noFields;
  // Which fields the kind has does not matter here, so each one that is named will do.
  const parsed = parseFieldSelector(
    selector,
    selector.split(/[,=!]/u).map((part) => part.trim()),
  );
  if (!parsed.ok) return noFields;
  const fields = new Map<string, string>();
  for (const { field, value, isEqual } of parsed.terms) {
    if (isEqual && !fields.has(field)) fields.set(field, value);
  }
  return fields;
}
