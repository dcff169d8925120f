/**
 * One reader of a telemetry broker and what it is still to be told.
 *
 * Nothing waits for it: a topic that changes while its connection is full is noted by name, once, and told in its latest
 * state when there is room. So a reader on a slow link hears less often, not later and later.
 */
import type { Client } from "aedes";
import type { Identity } from "../../../api/exchange.ts";
import { filtersMeet, parseTopicFilter } from "../../../api/telemetry/topic-filter.ts";
import { newsMax, underWayMax } from "./reader-limits.ts";

interface News {
  readonly topic: string;
  readonly payload: string;
}

export interface TelemetryReaderOptions {
  readonly client: Client;
  readonly identity: Identity;
  /** Who it is by now; undefined where its credential is good no longer. */
  readonly identify: () => Promise<Identity | undefined>;
  readonly retained: ReadonlyMap<string, string>;
  /** It keeps for its own readers what it hears, and is told of every change that it is to be kept. */
  readonly isBridge: boolean;
}

export class TelemetryReader {
  readonly client: Client;
  readonly identity: Identity;
  readonly identify: TelemetryReaderOptions["identify"];
  readonly #retained: ReadonlyMap<string, string>;
  readonly #isBridge: boolean;
  readonly #filters = new Map<string, readonly string[]>();
  /** By topic, in the order of their first change: whether it is told for the first time. */
  readonly #due = new Map<string, boolean>();
  readonly #news: News[] = [];
  #underWay = 0;

  constructor({ client, identity, identify, retained, isBridge }: TelemetryReaderOptions) {
    this.client = client;
    this.identity = identity;
    this.identify = identify;
    this.#retained = retained;
    this.#isBridge = isBridge;
  }

  get filters(): readonly string[] {
    return Array.from(this.#filters.keys());
  }

  /** Tells what is retained under the filter, and from now on every change. */
  subscribe(filter: string): void {
    const levels = parseTopicFilter(filter);
    if (levels === undefined) return;
    this.#filters.set(filter, levels);
    for (const topic of this.#retained.keys()) {
      if (filtersMeet(levels, topic.split("/"))) this.#due.set(topic, true);
    }
    this.#pump();
  }

  unsubscribe(filter: string): void {
    this.#filters.delete(filter);
  }

  hears(levels: readonly string[]): boolean {
    for (const filter of this.#filters.values()) if (filtersMeet(filter, levels)) return true;
    return false;
  }

  /** The topic, which it hears, has a new state. */
  changed(topic: string): void {
    if (!this.#due.has(topic)) this.#due.set(topic, false);
    this.#pump();
  }

  tell(news: News): void {
    this.#news.push(news);
    if (this.#news.length > newsMax) this.#news.shift();
    this.#pump();
  }

  close(): void {
    this.#due.clear();
    this.#news.length = 0;
    this.client.close();
  }

  #pump(): void {
    while (this.#underWay < underWayMax && !this.client.closed) {
      const [due] = this.#due;
      if (due !== undefined) {
        const [topic, isFirst] = due;
        this.#due.delete(topic);
        const payload = this.#retained.get(topic);
        // Nothing is how a topic that was taken back is told of.
        this.#send(topic, payload ?? "", this.#isBridge || (isFirst && payload !== undefined));
        continue;
      }
      const news = this.#news.shift();
      if (news === undefined) return;
      this.#send(news.topic, news.payload, false);
    }
  }

  #send(topic: string, payload: string, retain: boolean): void {
    this.#underWay += 1;
    // Called back when the connection has taken it; one that takes nothing is ended by the broker's drain timeout.
    this.client.publish({ cmd: "publish", topic, payload, qos: 0, dup: false, retain }, () => {
      this.#underWay -= 1;
      this.#pump();
    });
  }
}
