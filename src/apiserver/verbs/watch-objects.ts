/** WATCH: what happens to the objects of a collection, as the client's selectors see it. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiWatchEvent } from "../../api/exchange.ts";
import { type AnyResource, apiVersionOfResource } from "../../api/resource.ts";
import { type Revision, revision, type StoreEvent, type StoreKey } from "../../store/types.ts";
import { booleanOption, countOption, resourceVersionOption } from "../routing/query-options.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { readSelected, selectedPrefix, waitForState } from "./list-objects.ts";
import { wantedByWatch } from "./list-options.ts";
import { parseSelection, type Selection } from "./selection.ts";
import type { ServerContext, VerbRequest } from "./verb-context.ts";

/** How far the fleet may move on, and how long after that, until a client that sees none of it is told. */
const silentRevisionsMax = 100;
const silentMsMax = 60_000;

interface WatchPlan {
  readonly resource: AnyResource;
  readonly prefix: StoreKey;
  readonly selection: Selection;
  /** The client knows everything up to here; 0 for nothing. */
  readonly after: Revision;
  /** Whether there is one ADDED for each object that is there. */
  readonly startsWithState: boolean;
  readonly wantsBookmarks: boolean;
  /** Whether the client asked to be told where the state ends and the changes begin. */
  readonly marksInitialEvents: boolean;
  readonly timeoutMs: number | undefined;
}

/**
 * Checks the request and begins; throws `ApiError` where it cannot. The events end when `signal` aborts or the
 * request's `timeoutSeconds` have passed. What ends them otherwise is thrown, `RevisionUnavailableError` among it.
 */
export async function openWatch(
  context: ServerContext,
  request: VerbRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<ApiWatchEvent>> {
  const plan = planWatch(request);
  const { objects } = context;
  await waitForState(objects, wantedByWatch(request.query), signal);
  return watchEvents(context, plan, signal);
}

/** Throws `ApiError` (400). */
function planWatch(request: VerbRequest): WatchPlan {
  const { resource, namespace, query } = request;
  if (!resource.verbs.includes("watch")) throw ApiError.methodNotAllowed(resource, "watch");
  const selection = parseSelection(resource, query);
  const after = resourceVersionOption(query) ?? revision(0);
  const timeoutSeconds = countOption(query, "timeoutSeconds") ?? 0;
  return {
    resource,
    prefix: selectedPrefix(resource, namespace, selection),
    selection,
    after,
    startsWithState: query["sendInitialEvents"] === undefined ? after === 0 : booleanOption(query, "sendInitialEvents"),
    wantsBookmarks: booleanOption(query, "allowWatchBookmarks"),
    marksInitialEvents: booleanOption(query, "allowWatchBookmarks") && booleanOption(query, "sendInitialEvents"),
    timeoutMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 : undefined,
  };
}

async function* watchEvents(
  { objects, clock }: ServerContext,
  plan: WatchPlan,
  signal: AbortSignal,
): AsyncGenerator<ApiWatchEvent, void, undefined> {
  const ending = new AbortController();
  const end = () => ending.abort();
  const cancelTimeout = plan.timeoutMs === undefined ? undefined : clock.after(plan.timeoutMs, end);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    let told = plan.after === 0 ? objects.reader.revision : plan.after;
    if (plan.startsWithState) {
      const { items, revision: at } = await readSelected(objects, plan.prefix, plan.selection);
      for (const object of items) yield { type: "ADDED", object };
      if (plan.marksInitialEvents) yield bookmark(plan.resource, at, { "k8s.io/initial-events-end": "true" });
      told = at;
    }
    const progress = plan.wantsBookmarks ? { progress: { clock, everyMs: silentMsMax } } : {};
    const request = { prefix: plan.prefix, after: told, signal: ending.signal, ...progress };
    for await (const batch of objects.reader.watch(request)) {
      for (const event of batch.events) {
        const seen = asSeen(objects, plan.selection, event);
        if (seen === undefined) continue;
        yield seen;
        told = event.revision;
      }
      const isDue = batch.events.length === 0 || batch.revision - told >= silentRevisionsMax;
      if (!plan.wantsBookmarks || !isDue) continue;
      yield bookmark(plan.resource, batch.revision);
      told = batch.revision;
    }
  } finally {
    cancelTimeout?.();
    signal.removeEventListener("abort", end);
  }
}

/** An object that begins to match appears, one that no longer does disappears; undefined where it is seen in neither. */
function asSeen(objects: ObjectStore, selection: Selection, event: StoreEvent): ApiWatchEvent | undefined {
  const { key, revision: at, value, previous } = event;
  if (event.type === "delete") {
    const last = objects.decode(value, at);
    return selection.matches(last) ? { type: "DELETED", object: last } : undefined;
  }
  const object = objects.shared.at(key, at, value);
  if (selection.isEverything) return { type: previous === undefined ? "ADDED" : "MODIFIED", object };
  // Stamped with the revision at which it went, should it go.
  const before = previous === undefined ? undefined : objects.decode(previous, at);
  const wasSeen = before !== undefined && selection.matches(before);
  if (selection.matches(object)) return { type: wasSeen ? "MODIFIED" : "ADDED", object };
  return wasSeen ? { type: "DELETED", object: before } : undefined;
}

function bookmark(resource: AnyResource, at: Revision, annotations?: Readonly<Record<string, string>>): ApiWatchEvent {
  const metadata = {
    resourceVersion: String(at),
    creationTimestamp: null,
    ...(annotations !== undefined && { annotations }),
  };
  return { type: "BOOKMARK", object: { kind: resource.kind, apiVersion: apiVersionOfResource(resource), metadata } };
}
