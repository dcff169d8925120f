/** LIST: the objects of a collection at one revision, whole or in parts. */

import { ApiError } from "../../api/api-error.ts";
import type { ApiList } from "../../api/meta/list-meta.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { type AnyResource, apiVersionOfResource } from "../../api/resource.ts";
import {
  type KeyValue,
  type Revision,
  RevisionUnavailableError,
  type StoreKey,
  revision as toRevision,
} from "../../store/types.ts";
import { WrittenJson } from "../rendering/written-json.ts";
import { encodeContinueToken, type ListPosition } from "../routing/continue-token.ts";
import { countOption } from "../routing/query-options.ts";
import { collectionPrefix } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type WantedState, wantedList } from "./list-options.ts";
import { parseSelection, type Selection } from "./selection.ts";
import type { ServerContext, VerbRequest } from "./verb-context.ts";

/** How many objects are read at a time, so that one list does not hold the values of all. */
const pageItemsMax = 500;

interface ListOf<Item> extends ApiList<Item> {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}
export type ObjectList = ListOf<ApiObject>;

/** Throws `ApiError`; 410 where the revision asked for is compacted. */
export async function listObjects(context: ServerContext, request: VerbRequest): Promise<ObjectList> {
  return list(context, request, asObject(context.objects));
}

/** As `listObjects`, for whoever wants text. */
export async function listObjectsText(context: ServerContext, request: VerbRequest): Promise<WrittenJson> {
  const { objects } = context;
  const { items, ...head } = await list(context, request, ({ key, modRevision, value }) =>
    objects.text(key, modRevision, value),
  );
  return new WrittenJson(`${JSON.stringify(head).slice(0, -1)},"items":[${items.join(",")}]}`);
}

/** What becomes of an object that is found. */
type Take<Item> = (found: KeyValue) => Item;

function asObject({ shared }: ObjectStore): Take<ApiObject> {
  return ({ key, modRevision, value }) => shared.at(key, modRevision, value);
}

async function list<Item>(context: ServerContext, request: VerbRequest, take: Take<Item>): Promise<ListOf<Item>> {
  const { resource, namespace, query } = request;
  const { objects } = context;
  const selection = parseSelection(resource, query);
  const prefix = selectedPrefix(resource, namespace, selection);
  const limit = countOption(query, "limit");
  const wanted = wantedList(query, prefix);
  await waitForState(objects, wanted, request.signal);
  const place = { objects, prefix, selection, take };
  const found = await readWanted(place, wanted, limit === 0 ? undefined : limit);
  return {
    apiVersion: apiVersionOfResource(resource),
    kind: `${resource.kind}List`,
    metadata: {
      resourceVersion: String(found.revision),
      ...(found.next !== undefined && { continue: encodeContinueToken(found.next) }),
      ...(found.remaining !== undefined && found.remaining > 0 && { remainingItemCount: found.remaining }),
    },
    items: found.items,
  };
}

/** Where the selected objects are: as narrow as can be, so that one object is found without reading the others. */
export function selectedPrefix(resource: AnyResource, namespace: string | undefined, selection: Selection): StoreKey {
  const isOnePlace = !resource.namespaced || namespace !== undefined;
  return `${collectionPrefix(resource, namespace)}${isOnePlace ? (selection.name ?? "") : ""}`;
}

/** Waits until this voter has the state. Throws `ApiError` (410) for one that is not of this history, and never will be. */
export async function waitForState(
  objects: ObjectStore,
  wanted: WantedState,
  signal: AbortSignal | undefined,
): Promise<void> {
  switch (wanted.type) {
    case "latest":
      return objects.barrier(signal);
    case "any":
      return;
    case "rest":
      return waitForRevision(objects, wanted.position.revision, signal);
    case "exact":
    case "notOlderThan":
      return waitForRevision(objects, wanted.revision, signal);
  }
}

/** As `waitForState`: absent is the latest state, 0 whatever this voter has. */
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

/** Which objects are read, and what they are read as. */
interface Reading<Item> {
  readonly objects: ObjectStore;
  readonly prefix: StoreKey;
  readonly selection: Selection;
  readonly take: Take<Item>;
}

async function readWanted<Item>(
  reading: Reading<Item>,
  wanted: WantedState,
  limit: number | undefined,
): Promise<Found<Item>> {
  if (wanted.type === "exact") return read(reading, { revision: wanted.revision }, limit);
  if (wanted.type !== "rest") return read(reading, {}, limit);
  const { revision, after } = wanted.position;
  try {
    return await read(reading, revision === 0 ? { after } : { revision, after }, limit);
  } catch (thrown) {
    if (!(thrown instanceof RevisionUnavailableError)) throw thrown;
    // The client may rather have the rest as it is now than begin again.
    throw ApiError.continueExpired(encodeContinueToken({ revision: latestRevision, after }));
  }
}

/** In a token: the rest of the list as it is when it is asked for. */
const latestRevision = toRevision(0);

interface ListStart {
  readonly revision?: Revision;
  readonly after?: StoreKey;
}

interface Found<Item> {
  readonly items: readonly Item[];
  readonly revision: Revision;
  readonly next?: ListPosition;
  /** How many objects remain, where all are selected and the store counts. */
  readonly remaining?: number;
}

/** The selected objects of this moment. */
export function readSelected(
  objects: ObjectStore,
  prefix: StoreKey,
  selection: Selection,
): Promise<Pick<Found<ApiObject>, "items" | "revision">> {
  return read({ objects, prefix, selection, take: asObject(objects) }, {}, undefined);
}

/** Reads page after page at one revision until `limit` objects match or none is left. */
async function read<Item>(
  { objects, prefix, selection, take }: Reading<Item>,
  start: ListStart,
  limit: number | undefined,
): Promise<Found<Item>> {
  const items: Item[] = [];
  const isMatch = ({ key, modRevision, value }: KeyValue) =>
    selection.isEverything || selection.matches(objects.shared.at(key, modRevision, value));
  let { revision, after } = start;
  for (;;) {
    const page = await objects.reader.range({
      prefix,
      limit:
        selection.isEverything && limit !== undefined ? Math.min(pageItemsMax, limit - items.length) : pageItemsMax,
      ...(after !== undefined && { after }),
      ...(revision !== undefined && { revision }),
      ...(selection.isEverything && limit !== undefined && { counts: true }),
    });
    revision = page.revision;
    for (const found of page.items) {
      if (items.length === limit) return { items, revision, next: { revision, after: after ?? prefix } };
      if (isMatch(found)) items.push(take(found));
      after = found.key;
    }
    if (!page.more) return { items, revision };
    if (items.length === limit && after !== undefined) {
      const { remaining } = page;
      return { items, revision, next: { revision, after }, ...(remaining !== undefined && { remaining }) };
    }
  }
}
