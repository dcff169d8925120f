/** Tells the public how the fleet does, from every voter: what is retained while anybody hears, and what happens as it happens. */
import { findCondition } from "../api/meta/condition.ts";
import type { BoardTelemetryCarrier, VoterTelemetryCarrier } from "../api/telemetry/carriers.ts";
import type { TelemetryTopic } from "../api/telemetry/topics.ts";
import type { ApiClient } from "../client/api-client.ts";
import type { Surroundings } from "../client/controller.ts";
import type { Informer } from "../client/informer.ts";
import { AttentionWatch } from "./attention/attention-watch.ts";
import { BoardWords } from "./availability/board-words.ts";
import { FleetTopics, type FleetTopicsOptions, nodeTopics, place, workloads } from "./fleet-topics.ts";
import { followEvents } from "./follow-events.ts";
import type { TelemetryOutlet } from "./ports.ts";
import { discoveryMessage, discoveryTopic } from "./topics/discovery.ts";
import { eventNews } from "./topics/event-news.ts";
import { podOwner } from "./topics/pod.ts";

export interface TelemetryOptions extends Surroundings, FleetTopicsOptions {
  /** This voter's id. */
  readonly self: string;
  readonly client: ApiClient;
  readonly outlet: TelemetryOutlet;
  readonly boards: BoardTelemetryCarrier;
  readonly voters: VoterTelemetryCarrier;
  /** Whether boards are shown to Home Assistant; where not, what was shown there before is taken back. */
  readonly homeAssistant: boolean;
  /** Calls back whenever `facts` may answer differently. Returns what unsubscribes. */
  readonly onFactsChange: (listener: () => void) => () => void;
}

/** Changes are gathered for so long: a rollout touches a workload many times at once. */
const gatherMs = 50;

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

/** To be called before the informers are run. Speaks until the signal aborts. */
export function startTelemetry(options: TelemetryOptions, signal: AbortSignal): void {
  new Telemetry(options, signal).start();
}

class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #signal: AbortSignal;
  readonly #topics: FleetTopics;
  readonly #words: BoardWords;
  readonly #attention: AttentionWatch;
  /** By name, so that a topic is said once however often it was touched. */
  readonly #due = new Map<string, TelemetryTopic>();
  #cancelFlush: (() => void) | undefined;
  #endEvents = () => {};

  constructor(options: TelemetryOptions, signal: AbortSignal) {
    const { outlet, clock } = options;
    this.#options = options;
    this.#signal = signal;
    this.#topics = new FleetTopics(options, () => this.#words);
    this.#words = new BoardWords(
      {
        ...options,
        onPresence: (board) => this.#touchNode(board),
        onTelemetry: (node) => {
          this.#touch({ about: "node", node, what: "metrics" }, { about: "node", node, what: "mesh" });
          this.#discover(node);
        },
      },
      signal,
    );
    this.#attention = new AttentionWatch({
      clock,
      view: () => this.#troubleView(),
      say: (id, attention) =>
        outlet.retain(this.#topics.name({ about: "attention", id }), attention && JSON.stringify(attention)),
    });
  }

  start(): void {
    const { outlet, onFactsChange } = this.#options;
    this.#followObjects();
    const endFacts = onFactsChange(() => {
      this.#touch({ about: "fleet" });
      for (const { metadata } of this.#topics.informers.nodes.cache.values()) {
        this.#touch({ about: "node", node: metadata.name, what: "status" });
      }
    });
    outlet.onHeard((isHeard) => {
      if (isHeard && !this.#signal.aborted) this.#begin();
      else this.#pause();
    });
    this.#signal.addEventListener(
      "abort",
      () => {
        this.#pause();
        endFacts();
      },
      { once: true },
    );
  }

  #followObjects(): void {
    const { nodes, pods, claims, volumes } = this.#topics.informers;
    nodes.onChange(({ type, object: { metadata, status } }) => {
      if (type === "deleted") this.#words.forget(metadata.name);
      else this.#words.noteWritten(metadata.name, findCondition(status.conditions, "Ready")?.status);
      this.#touchNode(metadata.name);
      this.#discover(metadata.name);
    });
    pods.onChange(({ object: pod }) => {
      this.#touch({ about: "pod", ...place(pod.metadata) }, { about: "fleet" });
      const owner = podOwner(pod);
      if (owner !== undefined) {
        this.#touch({ about: "workload", namespace: pod.metadata.namespace ?? "", ...owner });
      }
    });
    claims.onChange(({ object }) => this.#touch({ about: "claim", ...place(object.metadata) }));
    volumes.onChange(({ object: { spec } }) => {
      const { name, namespace } = spec.claimRef ?? {};
      if (name !== undefined) this.#touch({ about: "claim", ...place({ name, namespace }) });
    });
    for (const resource of workloads) {
      const informer: Informer<Named> = this.#topics.informers[resource];
      informer.onChange(({ object }) => this.#touch({ about: "workload", resource, ...place(object.metadata) }));
    }
  }

  /** Somebody hears: all that there is to say is said before this returns. */
  #begin(): void {
    const { client, outlet, homeAssistant: _, ...surroundings } = this.#options;
    for (const topic of this.#topics.all()) this.#due.set(this.#topics.name(topic), topic);
    this.#flush();
    this.#attention.look();
    for (const { metadata } of this.#topics.informers.nodes.cache.values()) this.#discover(metadata.name);
    this.#endEvents();
    const ending = new AbortController();
    this.#endEvents = () => ending.abort(new Error("nobody hears any more"));
    void followEvents(
      client,
      surroundings,
      (event) => {
        const topic = this.#topics.name({ about: "event", namespace: event.metadata.namespace ?? "" });
        outlet.tell(topic, JSON.stringify(eventNews(event)));
      },
      ending.signal,
    );
  }

  #pause(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#due.clear();
    this.#attention.stop();
    this.#endEvents();
  }

  #touch(...touched: readonly TelemetryTopic[]): void {
    const { outlet, clock } = this.#options;
    if (!outlet.isHeard || this.#signal.aborted) return;
    for (const topic of touched) this.#due.set(this.#topics.name(topic), topic);
    this.#attention.touch();
    this.#cancelFlush ??= clock.after(gatherMs, () => this.#flush());
  }

  #touchNode(node: string): void {
    this.#touch(...nodeTopics(node), { about: "fleet" });
    for (const { metadata } of this.#topics.informers.daemonsets.cache.values()) {
      this.#touch({ about: "workload", resource: "daemonsets", ...place(metadata) });
    }
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    const view = this.#topics.view();
    for (const [name, topic] of this.#due) this.#options.outlet.retain(name, this.#topics.payload(topic, view));
    this.#due.clear();
  }

  #discover(name: string): void {
    const { outlet, homeAssistant, fleet, version } = this.#options;
    if (!outlet.isHeard || this.#signal.aborted) return;
    const node = this.#topics.informers.nodes.cache.get(name);
    const said =
      node !== undefined && homeAssistant
        ? JSON.stringify(discoveryMessage(fleet, version, node, this.#words.telemetry(name)?.metrics))
        : "";
    outlet.retain(discoveryTopic(fleet, name), said);
  }

  #troubleView() {
    const { nodes, pods } = this.#topics.informers;
    const view = this.#topics.view();
    return {
      nodes: nodes.cache.values(),
      presence: view.presence,
      metrics: (node: string) => {
        const { metrics, heardMs = 0 } = this.#words.telemetry(node) ?? {};
        return metrics && { metrics, heardMs };
      },
      isVoter: (node: string) => view.voters.some((voter) => voter.node === node),
      pods: pods.cache.values(),
      workloads: this.#topics.workloads(view),
      nowMs: this.#options.clock.nowMs(),
    };
  }
}
