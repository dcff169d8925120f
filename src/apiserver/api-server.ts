/** The API server without its wire: every request of every room of a voter passes here, HTTPS or not. */
import { ApiError } from "../api/api-error.ts";
import type { BoardStreams } from "../api/board-stream.ts";
import type { ApiReply, ApiRequest, ApiTransport, ApiWatchEvent, Identity } from "../api/exchange.ts";
import { eventResource } from "../api/kinds/event.ts";
import type { ApiObject } from "../api/meta/object-meta.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import type { Random } from "../lib/random.ts";
import { Turns } from "../lib/turns.ts";
import type { ReplicatedStore } from "../replication/ports.ts";
import { ServiceHoldings } from "./admission/service-holdings.ts";
import type { AuditOptions } from "./audit/audit-log.ts";
import { type Access, createAccess } from "./authorization/create-access.ts";
import { ServedKinds } from "./custom-kinds/served-kinds.ts";
import { type ContextOf, dispatch, toVerbRequest } from "./dispatch.ts";
import { refusalOf } from "./error-reply.ts";
import { EventStore } from "./events/event-store.ts";
import { parseRoute } from "./routing/route.ts";
import { inVersionOf } from "./storage/in-version.ts";
import { createObjectStore } from "./storage/object-store.ts";
import { MeasuredKinds } from "./usage/measured-kinds.ts";
import type { ServerContext } from "./verbs/verb-context.ts";
import { openWatch } from "./verbs/watch-objects.ts";

export interface RequestOptions {
  /** The term that a controller's write is valid in; see `Txn`. */
  readonly fence?: number;
  readonly signal?: AbortSignal;
}

/** Answers share objects with one another and with the server: they are never to be changed. */
export interface ApiServer {
  /** What it takes to let a stranger's request in; those of this process need nothing. */
  readonly access: Access;
  /** What there is to ask for. */
  readonly kinds: ServedKinds;
  /** A refusal is a reply. Rejects only with the reason of an aborted signal. */
  request(request: ApiRequest, identity: Identity, options?: RequestOptions): Promise<ApiReply>;
  /** Resolves when the watch stands. Throws `ApiError` and what else `refusalOf` knows; the events throw nothing. */
  openWatch(request: ApiRequest, identity: Identity, signal: AbortSignal): Promise<AsyncIterable<ApiWatchEvent>>;
  /** As `openWatch`; whatever goes wrong is an `ERROR` event with a `Status`, and the end. */
  watch(request: ApiRequest, identity: Identity, signal: AbortSignal): AsyncIterable<ApiWatchEvent>;
  /** For a client in this process; `fence` is the term its writes are valid in. */
  asTransport(identity: Identity, fence?: number): ApiTransport;
}

export interface ApiServerOptions {
  readonly store: ReplicatedStore;
  /** Kept apart from all other objects; unless given, this server has its own that no other voter knows. */
  readonly events?: EventStore;
  /** Whom to ask what boards and pods use. */
  readonly boards?: BoardStreams;
  /** Notes what is asked over HTTPS; nothing is noted by default. */
  readonly audit?: AuditOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** A UUID that was never given before. */
  readonly newUid: () => string;
  /** Sees every stored object before it is shared; tests freeze it. */
  readonly prepareShared?: (object: ApiObject) => ApiObject;
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, clock, random, log, newUid, prepareShared } = options;
  const fleet = createObjectStore(store, clock, prepareShared);
  const access = createAccess({ store, objects: fleet, audit: options.audit, clock, log });
  const measured = options.boards === undefined ? {} : { measured: new MeasuredKinds(options.boards, fleet) };
  const context: ServerContext = {
    ...measured,
    objects: fleet,
    fleet,
    access,
    clock,
    random,
    newUid,
    turns: new Turns(),
    holdings: new ServiceHoldings(fleet, log),
  };
  const events = options.events ?? new EventStore(clock, random);
  const eventContext = { ...context, objects: createObjectStore(events, clock, prepareShared) };
  const contextOf: ContextOf = (resource) => {
    const { stored = resource } = resource.conversion ?? {};
    const kept = stored === eventResource ? eventContext : context;
    return { ...kept, objects: inVersionOf(resource, kept.objects) };
  };

  const kinds = new ServedKinds(fleet);
  const server: ApiServer = {
    access,
    kinds,

    async request(request, identity, { fence, signal } = {}) {
      // A verb that decides anew says again what it said before.
      const warnings = new Set<string>();
      const warn = (text: string) => void warnings.add(text);
      const notes = new Map<string, string>();
      const note = (key: string, value: string) => void notes.set(key, value);
      const asides = () => ({
        ...(warnings.size > 0 && { warnings: [...warnings] }),
        ...(notes.size > 0 && { notes: Object.fromEntries(notes) }),
      });
      try {
        const reply = await dispatch({ kinds, contextOf }, request, { identity, fence, signal, warn, note });
        return { ...reply, ...asides() };
      } catch (thrown) {
        if (signal?.aborted) throw signal.reason;
        const { code, status } = refusalOf(thrown, log);
        return { status: code, body: status, ...asides() };
      }
    },

    async openWatch(request, identity, signal) {
      const route = parseRoute(request.path);
      if (route?.type !== "resource" || route.path.subresource !== undefined) throw ApiError.noSuchPath();
      const { name } = route.path;
      const verb = await toVerbRequest(kinds, request, route.path, {
        identity,
        fence: undefined,
        signal,
        warn: () => {},
        note: () => {},
      });
      // A watch of one object is a watch of its collection that selects its name.
      const query = name === undefined ? verb.query : { ...verb.query, fieldSelector: `metadata.name=${name}` };
      const events = await openWatch(contextOf(verb.resource), { ...verb, query }, signal);
      return endingWithError(events, signal, log);
    },

    async *watch(request, identity, signal) {
      try {
        yield* await server.openWatch(request, identity, signal);
      } catch (thrown) {
        if (!signal.aborted) yield { type: "ERROR", object: refusalOf(thrown, log).status };
      }
    },

    asTransport: (identity, fence) => ({
      request: (request, signal) =>
        server.request(request, identity, {
          ...(fence !== undefined && { fence }),
          ...(signal !== undefined && { signal }),
        }),
      watch: (request, signal) => server.watch(request, identity, signal),
    }),
  };
  return server;
}

/** What ends a watch that stands is its last event. */
async function* endingWithError(
  events: AsyncIterable<ApiWatchEvent>,
  signal: AbortSignal,
  log: Logger,
): AsyncGenerator<ApiWatchEvent, void, undefined> {
  try {
    yield* events;
  } catch (thrown) {
    if (!signal.aborted) yield { type: "ERROR", object: refusalOf(thrown, log).status };
  }
}
