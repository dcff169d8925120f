/** Messages in, fleet state out. What did not change stays the same object, so that nothing is drawn anew for it. */
import type { TelemetryTopic } from "../../api/telemetry/topics.ts";
import type { FleetNews } from "./fleet-news.ts";
import { type BoardState, type FleetState, type NewsState, newsMax } from "./fleet-state.ts";
import { withSample } from "./metric-history.ts";
import { type RawMessage, readMessage } from "./read-message.ts";

/** `nowMs` is when these arrived, by the page's clock. */
export function applyMessages(
  state: FleetState,
  fleet: string,
  messages: readonly RawMessage[],
  nowMs: number,
): FleetState {
  const draft = new Draft(state);
  for (const message of messages) {
    const news = readMessage(fleet, message);
    if (news === undefined) draft.misunderstood += 1;
    else learn(draft, news, message.isRetained, nowMs);
  }
  return messages.length === 0 ? state : draft.settled();
}

function learn(draft: Draft, news: FleetNews, isRetained: boolean, nowMs: number): void {
  switch (news.about) {
    case "fleet":
      draft.summary = { said: news.said, toldMs: nowMs };
      return;
    case "availability":
    case "status":
    case "metrics":
    case "mesh": {
      const board = draft.boards.get(news.node) ?? { node: news.node, history: [] };
      draft.boards.set(news.node, boardAfter(board, news, isRetained, nowMs));
      return;
    }
    case "pod": {
      const { namespace, name, said } = news;
      const key = `${namespace}/${name}`;
      draft.pods.set(key, { ...said, key, namespace, name });
      return;
    }
    case "workload": {
      const { namespace, resource, name, said } = news;
      const key = `${namespace}/${resource}/${name}`;
      draft.workloads.set(key, { ...said, key, namespace, resource, name });
      return;
    }
    case "claim": {
      const { namespace, name, said } = news;
      const key = `${namespace}/${name}`;
      draft.claims.set(key, { ...said, key, namespace, name });
      return;
    }
    case "event":
      draft.tell({ ...news.said, namespace: news.namespace });
      return;
    case "attention":
      draft.attention.set(news.id, { ...news.said, id: news.id });
      return;
    case "gone":
      forget(draft, news.topic);
  }
}

type BoardNews = FleetNews & { readonly about: "availability" | "status" | "metrics" | "mesh" };

function boardAfter(board: BoardState, news: BoardNews, isRetained: boolean, nowMs: number): BoardState {
  switch (news.about) {
    // Both may be said by a voter on the board's behalf, so neither is a word of its own.
    case "availability":
      return { ...board, availability: news.said };
    case "status":
      return { ...board, status: news.said };
    case "mesh":
      return { ...board, mesh: { said: news.said, toldMs: nowMs }, ...(!isRetained && { lastWordMs: nowMs }) };
    case "metrics": {
      if (isRetained) return { ...board, metrics: news.said };
      const rhythmMs = rhythmOf(board, nowMs);
      return {
        ...board,
        metrics: news.said,
        lastWordMs: nowMs,
        ...(rhythmMs !== undefined && { rhythmMs }),
        history: withSample(board.history, news.said, nowMs),
      };
    }
  }
}

const gapsMax = 4;

/** The longest of the latest pauses: a board that has just come back speaks faster for a while. */
function rhythmOf({ history }: BoardState, nowMs: number): number | undefined {
  const times = [...history.slice(-gapsMax).map(({ atMs }) => atMs), nowMs];
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return gaps.length === 0 ? undefined : Math.max(...gaps);
}

function forget(draft: Draft, topic: TelemetryTopic): void {
  switch (topic.about) {
    case "node":
      // A board that has left the fleet: what was said of it is taken back topic by topic.
      draft.boards.delete(topic.node);
      return;
    case "pod":
      draft.pods.delete(`${topic.namespace}/${topic.name}`);
      return;
    case "workload":
      draft.workloads.delete(`${topic.namespace}/${topic.resource}/${topic.name}`);
      return;
    case "claim":
      draft.claims.delete(`${topic.namespace}/${topic.name}`);
      return;
    case "attention":
      draft.attention.delete(topic.id);
      return;
    case "fleet":
    case "event":
      return;
  }
}

/** Copies a map when it is about to change for the first time. */
class Draft {
  readonly #before: FleetState;
  summary: FleetState["summary"];
  misunderstood: number;
  readonly boards: LazyMap<BoardState>;
  readonly pods: LazyMap<NonNullable<ReturnType<FleetState["pods"]["get"]>>>;
  readonly workloads: LazyMap<NonNullable<ReturnType<FleetState["workloads"]["get"]>>>;
  readonly claims: LazyMap<NonNullable<ReturnType<FleetState["claims"]["get"]>>>;
  readonly attention: LazyMap<NonNullable<ReturnType<FleetState["attention"]["get"]>>>;
  readonly #told: NewsState[] = [];

  constructor(before: FleetState) {
    this.#before = before;
    this.summary = before.summary;
    this.misunderstood = before.misunderstood;
    this.boards = new LazyMap(before.boards);
    this.pods = new LazyMap(before.pods);
    this.workloads = new LazyMap(before.workloads);
    this.claims = new LazyMap(before.claims);
    this.attention = new LazyMap(before.attention);
  }

  tell(news: Omit<NewsState, "number">): void {
    const last = this.#told[0] ?? this.#before.news[0];
    this.#told.unshift({ ...news, number: (last?.number ?? 0) + 1 });
  }

  settled(): FleetState {
    const { summary, misunderstood } = this;
    const told = this.#told.slice(0, newsMax);
    return {
      ...(summary !== undefined && { summary }),
      boards: this.boards.current,
      pods: this.pods.current,
      workloads: this.workloads.current,
      claims: this.claims.current,
      attention: this.attention.current,
      news: told.length === 0 ? this.#before.news : [...told, ...this.#before.news].slice(0, newsMax),
      misunderstood,
    };
  }
}

class LazyMap<V> {
  readonly #before: ReadonlyMap<string, V>;
  #changed: Map<string, V> | undefined;

  constructor(before: ReadonlyMap<string, V>) {
    this.#before = before;
  }

  get current(): ReadonlyMap<string, V> {
    return this.#changed ?? this.#before;
  }

  get(key: string): V | undefined {
    return this.current.get(key);
  }

  set(key: string, value: V): void {
    this.#changed ??= new Map(this.#before);
    this.#changed.set(key, value);
  }

  delete(key: string): void {
    if (!this.current.has(key)) return;
    this.#changed ??= new Map(this.#before);
    this.#changed.delete(key);
  }
}
