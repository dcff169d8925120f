/** The API server in one process over a real state machine, with time that stands still. */
import { randomUUID } from "node:crypto";
import { SingleVoterStore } from "../../../test/support/single-voter-store.ts";
import type { ApiReply, ApiRequest, ApiWatchEvent } from "../../api/exchange.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { type ApiServer, createApiServer } from "../api-server.ts";
import type { AuditOptions } from "../audit/audit-log.ts";
import { ensureServiceAccountKey } from "../authentication/service-account-key.ts";
import { ensureBootstrapObjects } from "../bootstrap-objects.ts";
import { EventStore } from "../events/event-store.ts";

export const administrator = { user: "admin", groups: ["system:masters"] };

/** Any answer, read loosely: tests say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: the assertions are the types
export type Loose = any;

export interface LooseReply {
  readonly status: number;
  readonly body: Loose;
}

export class TestApi {
  readonly api: ApiServer;
  readonly store: SingleVoterStore;
  readonly clock: VirtualClock;

  private constructor(api: ApiServer, store: SingleVoterStore, clock: VirtualClock) {
    this.api = api;
    this.store = store;
    this.clock = clock;
  }

  /** With the objects that every fleet has. */
  static async open(seed = 1, audit?: AuditOptions): Promise<TestApi> {
    const store = await SingleVoterStore.open();
    const clock = new VirtualClock();
    const prepareShared = frozen;
    const random = seededRandom(seed);
    const events = new EventStore(clock, random);
    const log = silentLogger;
    const noted = audit === undefined ? {} : { audit };
    const api = createApiServer({ store, events, clock, random, log, newUid: randomUUID, prepareShared, ...noted });
    await ensureServiceAccountKey(store);
    await ensureBootstrapObjects(api.asTransport(administrator));
    return new TestApi(api, store, clock);
  }

  /** `target` is a path with its query. */
  send(method: ApiRequest["method"], target: string, body?: unknown, contentType?: string): Promise<LooseReply> {
    return this.#request(method, target, body, contentType);
  }

  get(target: string): Promise<LooseReply> {
    return this.send("GET", target);
  }

  /** Events as `TYPE name`, with what else `show` says. */
  watch(target: string): { next(): Promise<ApiWatchEvent & { readonly object: Loose }>; end(): void } {
    const ending = new AbortController();
    const [path = "", query = ""] = target.split("?");
    const request = { method: "GET", path, query: Object.fromEntries(new URLSearchParams(query)) } as const;
    const events = this.api.watch(request, administrator, ending.signal)[Symbol.asyncIterator]();
    return {
      async next() {
        const { value, done } = await events.next();
        if (done === true) throw new Error("the watch has ended");
        return value;
      },
      end: () => ending.abort(),
    };
  }

  #request(method: ApiRequest["method"], target: string, body: unknown, contentType?: string): Promise<ApiReply> {
    const [path = "", query = ""] = target.split("?");
    return this.api.request(
      {
        method,
        path,
        query: Object.fromEntries(new URLSearchParams(query)),
        ...(contentType !== undefined && { contentType }),
        ...(body !== undefined && { body }),
      },
      administrator,
    );
  }
}

/** What is shared is never changed: whoever tries fails the test. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
