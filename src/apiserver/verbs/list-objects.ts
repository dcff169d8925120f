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
import { type Piece, WrittenJson } from "../rendering/written-json.ts";
import { encodeContinueToken, type ListPosition } from "../routing/continue-token.ts";
import { countOption } from "../routing/query-options.ts";
import { collectionPrefix } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type WantedState, wantedList } from "./list-options.ts";
import { parseSelection, type Selection } from "./selection.ts";
import type { ServerContext, VerbRequest } from "./verb-context.ts";

/** How many objects are read at a time, so that one list does not hold the values of all: fewer where they are large. */
const firstPageItems = 4;
const pageItemsMax = 100;
const pageLength = 256 * 1024;

interface ListEnd {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}
export interface ObjectList extends ApiList<ApiObject> {
  readonly metadata: ListEnd;
}

/** Throws `ApiError`; 410 where the revision asked for is compacted. */
export async function listObjects(context: ServerContext, request: VerbRequest): Promise<ObjectList> {
  const { items, end } = await gather(await openList(context, request, asObject(context.objects)));
  return { ...headOf(request.resource), metadata: listEnd(end), items };
}

/** As `listObjects`, for whoever wants text. What reading throws, reading the pieces throws. */
export async function listObjectsText(context: ServerContext, request: VerbRequest): Promise<WrittenJson> {
  const { objects } = context;
  const pages = await openList(context, request, ({ key, modRevision, value }) =>
    objects.text(key, modRevision, value),
  );
  return new WrittenJson(listPieces(`${JSON.stringify(headOf(request.resource)).slice(0, -1)},"items":[`, pages));
}

/** A list as text that follows on `before`, page by page. What is known only at its end is said there. */
async function* listPieces(before: string, pages: AsyncIterable<Page<string>>): AsyncGenerator<Piece, void, undefined> {
  let opening = before;
  let separator = "";
  for await (const { items, end } of pages) {
    const text = items.length === 0 ? opening : `${opening}${separator}${items.join(",")}`;
    yield end === undefined
      ? { text, isLast: false }
      : { text: `${text}],"metadata":${JSON.stringify(listEnd(end))}}`, isLast: true };
    opening = "";
    if (items.length > 0) separator = ",";
  }
}

function headOf(resource: AnyResource) {
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOfResource(resource) };
}

function listEnd({ revision, next, remaining = 0 }: PageEnd): ListEnd {
  return {
    resourceVersion: String(revision),
    ...(next !== undefined && { continue: encodeContinueToken(next) }),
    ...(remaining > 0 && { remainingItemCount: remaining }),
  };
}

/** What becomes of an object that is found. */
type Take<Item> = (found: KeyValue) => Item;

function asObject({ shared }: ObjectStore): Take<ApiObject> {
  return ({ key, modRevision, value }) => shared.at(key, modRevision, value);
}

/** Waits until this voter has the state that is asked for; reading it comes after. Throws `ApiError`. */
async function openList<Item>(
  { objects }: ServerContext,
  { resource, namespace, query, signal }: VerbRequest,
  take: Take<Item>,
): Promise<AsyncIterable<Page<Item>>> {
  const selection = parseSelection(resource, query);
  const prefix = selectedPrefix(resource, namespace, selection);
  const limit = countOption(query, "limit");
  const wanted = wantedList(query, prefix);
  await waitForState(objects, wanted, signal);
  const reading = { objects, prefix, selection, take, limit: limit === 0 ? undefined : limit };
  if (wanted.type === "exact") return readPages(reading, { revision: wanted.revision });
  return wanted.type === "rest" ? readRest(reading, wanted.position) : readPages(reading, {});
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

/** Which objects are read, what they are read as, and how many of them at most. */
interface Reading<Item> {
  readonly objects: ObjectStore;
  readonly prefix: StoreKey;
  readonly selection: Selection;
  readonly take: Take<Item>;
  readonly limit: number | undefined;
}

interface ListStart {
  readonly revision?: Revision;
  readonly after?: StoreKey;
}

interface Page<Item> {
  readonly items: readonly Item[];
  /** Of the last page. */
  readonly end?: PageEnd;
}

interface PageEnd {
  readonly revision: Revision;
  /** Where objects are left, beyond the limit. */
  readonly next?: ListPosition;
  /** How many are, where all are selected and the store counts. */
  readonly remaining?: number | undefined;
}

/** In a token: the rest of the list as it is when it is asked for. */
const latestRevision = toRevision(0);

async function* readRest<Item>(
  reading: Reading<Item>,
  { revision, after }: ListPosition,
): AsyncGenerator<Page<Item>, void, undefined> {
  try {
    yield* readPages(reading, revision === 0 ? { after } : { revision, after });
  } catch (thrown) {
    if (!(thrown instanceof RevisionUnavailableError)) throw thrown;
    // The client may rather have the rest as it is now than begin again.
    throw ApiError.continueExpired(encodeContinueToken({ revision: latestRevision, after }));
  }
}

/** The selected objects of this moment. */
export async function readSelected(
  objects: ObjectStore,
  prefix: StoreKey,
  selection: Selection,
): Promise<{ readonly items: readonly ApiObject[]; readonly revision: Revision }> {
  const reading = { objects, prefix, selection, take: asObject(objects), limit: undefined };
  const { items, end } = await gather(readPages(reading, {}));
  return { items, revision: end.revision };
}

async function gather<Item>(
  pages: AsyncIterable<Page<Item>>,
): Promise<{ readonly items: readonly Item[]; readonly end: PageEnd }> {
  const items: Item[] = [];
  for await (const page of pages) {
    items.push(...page.items);
    if (page.end !== undefined) return { items, end: page.end };
  }
  throw new Error("a list ends with its last page");
}

/** Page after page at one revision, until as many objects match as are wanted or none is left. */
async function* readPages<Item>(
  { objects, prefix, selection, take, limit = Number.POSITIVE_INFINITY }: Reading<Item>,
  start: ListStart,
): AsyncGenerator<Page<Item>, void, undefined> {
  const { isEverything } = selection;
  const isMatch = ({ key, modRevision, value }: KeyValue) =>
    isEverything || selection.matches(objects.shared.at(key, modRevision, value));
  let { revision, after } = start;
  let pageItems = firstPageItems;
  for (let left = limit; ; ) {
    const page = await objects.reader.range({
      prefix,
      limit: isEverything ? Math.min(pageItems, left) : pageItems,
      ...(after !== undefined && { after }),
      ...(revision !== undefined && { revision }),
      ...(isEverything && left <= pageItems && { counts: true }),
    });
    revision = page.revision;
    pageItems = itemsOfLength(page.items);
    const items: Item[] = [];
    let isCut = false;
    for (const found of page.items) {
      isCut = items.length === left;
      if (isCut) break;
      if (isMatch(found)) items.push(take(found));
      after = found.key;
    }
    left -= items.length;
    const isOver = isCut || left === 0;
    if (isOver && (isCut || page.more)) {
      const next = { revision, after: after ?? prefix };
      yield { items, end: { revision, next, remaining: isCut ? undefined : page.remaining } };
      return;
    }
    if (!page.more) {
      yield { items, end: { revision } };
      return;
    }
    yield { items };
  }
}

/** How many objects like these make up a page. */
function itemsOfLength(known: readonly KeyValue[]): number {
  const length = known.reduce((sum, { value }) => sum + value.length, 1);
  return Math.min(pageItemsMax, Math.max(1, Math.floor((pageLength * known.length) / length)));
}
