/** LIST: the objects of a collection at one revision, whole or in parts. */

import { ApiError } from "../../api/api-error.ts";
import type { ApiList } from "../../api/meta/list-meta.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { apiVersionOfResource } from "../../api/resource.ts";
import type { Revision, StoreKey } from "../../store/types.ts";
import { decodeContinueToken, encodeContinueToken, type ListPosition } from "../routing/continue-token.ts";
import { countOption, resourceVersionOption } from "../routing/query-options.ts";
import { collectionPrefix } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { parseSelection, type Selection } from "./selection.ts";
import type { ServerContext, VerbRequest } from "./verb-context.ts";

/** How many objects are read at a time, so that one list does not hold the values of all. */
const pageItemsMax = 500;

export interface ObjectList extends ApiList<ApiObject> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

/** Throws `ApiError`; 410 where the revision asked for is compacted. */
export async function listObjects(context: ServerContext, request: VerbRequest): Promise<ObjectList> {
  const { resource, namespace, query } = request;
  const { objects } = context;
  const prefix = collectionPrefix(resource, namespace);
  const selection = parseSelection(resource, query);
  const limit = countOption(query, "limit");
  const position = await startOfList(objects, request, prefix);
  const found = await readSelected(objects, prefix, selection, position, limit === 0 ? undefined : limit);
  return {
    apiVersion: apiVersionOfResource(resource),
    kind: `${resource.kind}List`,
    metadata: {
      resourceVersion: String(found.revision),
      ...(found.next !== undefined && { continue: encodeContinueToken(found.next) }),
    },
    items: found.items,
  };
}

interface ListStart {
  readonly revision?: Revision;
  readonly after?: StoreKey;
}

/** Which revision to read, having waited until this voter has it. */
async function startOfList(objects: ObjectStore, request: VerbRequest, prefix: StoreKey): Promise<ListStart> {
  const { query, signal } = request;
  const token = query["continue"];
  if (token !== undefined && token !== "") {
    const position = decodeContinueToken(token, prefix);
    await waitForRevision(objects, position.revision, signal);
    return position;
  }
  const asked = resourceVersionOption(query);
  await waitForRevision(objects, asked, signal);
  const match = query["resourceVersionMatch"] ?? "";
  if (match !== "" && match !== "Exact" && match !== "NotOlderThan") {
    throw ApiError.badRequest(`resourceVersionMatch: "${match}" is neither Exact nor NotOlderThan`);
  }
  // A limited list at a revision without a match means that revision exactly, as in Kubernetes.
  const isExact = match === "Exact" || (match === "" && countOption(query, "limit") !== undefined);
  return isExact && asked !== undefined && asked > 0 ? { revision: asked } : {};
}

/**
 * Absent: all that is committed. 0: whatever this voter has. Otherwise that revision or later: a voter that is behind
 * catches up first. Throws `ApiError` (410) for a revision that is not of this history, and never will be.
 */
export async function waitForRevision(
  objects: ObjectStore,
  asked: Revision | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (asked === undefined || asked > objects.reader.revision) await objects.barrier(signal);
  if (asked !== undefined && asked > objects.reader.revision) {
    throw ApiError.expired(`resource version ${asked} is not of this history: list again without it`);
  }
}

interface FoundObjects {
  readonly items: readonly ApiObject[];
  readonly revision: Revision;
  readonly next?: ListPosition;
}

/** Reads page after page at one revision until `limit` objects match or none is left. */
export async function readSelected(
  objects: ObjectStore,
  prefix: StoreKey,
  selection: Selection,
  start: ListStart,
  limit?: number,
): Promise<FoundObjects> {
  const items: ApiObject[] = [];
  let { revision, after } = start;
  for (;;) {
    const page = await objects.reader.range({
      prefix,
      limit:
        selection.isEverything && limit !== undefined ? Math.min(pageItemsMax, limit - items.length) : pageItemsMax,
      ...(after !== undefined && { after }),
      ...(revision !== undefined && { revision }),
    });
    revision = page.revision;
    for (const { key, value, modRevision } of page.items) {
      if (items.length === limit) return { items, revision, next: { revision, after: after ?? prefix } };
      const object = objects.shared.at(key, modRevision, value);
      if (selection.matches(object)) items.push(object);
      after = key;
    }
    if (!page.more) return { items, revision };
    if (items.length === limit && after !== undefined) return { items, revision, next: { revision, after } };
  }
}
