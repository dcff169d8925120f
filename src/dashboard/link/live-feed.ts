/** Keeps the page told: connects, comes again with growing pauses, and hands messages over in batches. */
import { backoffMs } from "../../lib/backoff.ts";
import type { Random } from "../../lib/random.ts";
import type { RawMessage } from "../state/read-message.ts";
import { MqttSession, type SessionEnd } from "./mqtt-session.ts";
import { everything, piecewise } from "./topic-filters.ts";

export type Connection =
  | { readonly type: "connecting" }
  | { readonly type: "live"; readonly sinceMs: number }
  | { readonly type: "lost"; readonly reason: string; readonly sinceMs: number; readonly retryAtMs: number }
  /** The token is good no longer. */
  | { readonly type: "refused" };

export interface FeedOptions {
  readonly url: string;
  readonly fleet: string;
  readonly token: string;
  /** Names of the namespaces whose topics to ask for, where not all may be seen. */
  readonly namespaces: () => Promise<readonly string[]>;
  readonly onConnection: (connection: Connection) => void;
  readonly onMessages: (messages: readonly RawMessage[]) => void;
  /** What the broker keeps has been told: whatever was not among these topics is there no longer. */
  readonly onWhole: (topics: ReadonlySet<string>) => void;
  /** What this user may not see, as filters. */
  readonly onRefused: (filters: readonly string[]) => void;
}

const pauses = { delayMsMin: 500, delayMsMax: 20_000 };
/** After so long without another, everything that the broker keeps has come. */
const wholeMs = 1_500;
/** Between two times that the page is drawn anew: a fleet that talks all the time must leave time for the person. */
const pauseMs = 100;
const hiddenFlushMs = 1_000;
const random: Random = { next: () => Math.random(), below: (limit) => Math.floor(Math.random() * limit) };

export class LiveFeed {
  readonly #options: FeedOptions;
  #session: MqttSession | undefined;
  #attempt = 0;
  #lostMs: number | undefined;
  #retryTimer: number | undefined;
  #wholeTimer: number | undefined;
  #kept: Set<string> | undefined;
  #queue: RawMessage[] = [];
  #isFlushDue = false;
  #flushedMs = 0;
  #isClosed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#connect();
  }

  /** At once, rather than when the pause is over. */
  retry(): void {
    if (this.#retryTimer === undefined) return;
    window.clearTimeout(this.#retryTimer);
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    window.clearTimeout(this.#retryTimer);
    window.clearTimeout(this.#wholeTimer);
    this.#session?.close();
  }

  #connect(): void {
    this.#retryTimer = undefined;
    if (this.#lostMs === undefined) this.#options.onConnection({ type: "connecting" });
    const session: MqttSession = new MqttSession(this.#options.url, this.#options.token, {
      onReady: () => {
        void this.#subscribe(session);
      },
      onMessage: (message) => this.#take(message),
      onEnd: (end) => this.#lost(end),
    });
    this.#session = session;
  }

  async #subscribe(session: MqttSession): Promise<void> {
    const { fleet, onRefused, onConnection, namespaces } = this.#options;
    this.#attempt = 0;
    this.#lostMs = undefined;
    this.#kept = new Set();
    this.#awaitWhole();
    onConnection({ type: "live", sinceMs: Date.now() });
    if ((await session.subscribe(everything(fleet))).length === 0) {
      onRefused([]);
      return;
    }
    const wanted = piecewise(fleet, undefined);
    const refused = await session.subscribe(wanted);
    const isEveryNamespaceSeen = !refused.some((filter) => filter.includes("/namespaces/+/"));
    if (isEveryNamespaceSeen) {
      onRefused(refused);
      return;
    }
    const named = piecewise(fleet, await namespaces()).filter((filter) => filter.includes("/namespaces/"));
    const refusedNamed = named.length === 0 ? [] : await session.subscribe(named);
    onRefused([...refused.filter((filter) => !filter.includes("/namespaces/+/")), ...refusedNamed]);
  }

  #take(message: RawMessage): void {
    this.#queue.push(message);
    if (this.#kept !== undefined) {
      this.#kept.add(message.topic);
      if (message.isRetained) this.#awaitWhole();
    }
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // A page that nobody sees is given no frames.
    if (document.hidden) window.setTimeout(() => this.#flush(), hiddenFlushMs);
    else window.setTimeout(() => requestAnimationFrame(() => this.#flush()), this.#flushedMs + pauseMs - Date.now());
  }

  #awaitWhole(): void {
    window.clearTimeout(this.#wholeTimer);
    this.#wholeTimer = window.setTimeout(() => {
      this.#flush();
      const topics = this.#kept;
      this.#kept = undefined;
      if (topics !== undefined && topics.size > 0) this.#options.onWhole(topics);
    }, wholeMs);
  }

  #flush(): void {
    this.#isFlushDue = false;
    this.#flushedMs = Date.now();
    const messages = this.#queue;
    this.#queue = [];
    if (messages.length > 0) this.#options.onMessages(messages);
  }

  #lost(end: SessionEnd): void {
    this.#session = undefined;
    window.clearTimeout(this.#wholeTimer);
    this.#kept = undefined;
    if (this.#isClosed) return;
    if (end.type === "refused") {
      this.#options.onConnection({ type: "refused" });
      return;
    }
    const delayMs = backoffMs(pauses, this.#attempt, random);
    this.#attempt += 1;
    const nowMs = Date.now();
    this.#lostMs ??= nowMs;
    const { reason } = end;
    this.#options.onConnection({ type: "lost", reason, sinceMs: this.#lostMs, retryAtMs: nowMs + delayMs });
    this.#retryTimer = window.setTimeout(() => this.#connect(), delayMs);
  }
}
