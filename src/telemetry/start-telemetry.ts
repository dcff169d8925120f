/** Tells the public how the fleet does, from every voter: what is retained while anybody hears, and what happens as it happens. */
import { findCondition } from "../api/meta/condition.ts";
import type { BoardTelemetryCarrier, VoterTelemetryCarrier } from "../api/telemetry/carriers.ts";
import type { TelemetryTopic } from "../api/telemetry/topics.ts";
import type { Surroundings } from "../client/controller.ts";
import type { Change, Informer } from "../client/informer.ts";
import { BoardWords } from "./availability/board-words.ts";
import { FleetTopics, type FleetTopicsOptions, nodeTopics, place, workloads } from "./fleet-topics.ts";
import type { TelemetryOutlet } from "./ports.ts";
import { podOwner } from "./topics/pod.ts";

export interface TelemetryOptions extends Surroundings, FleetTopicsOptions {
  /** This voter's id. */
  readonly self: string;
  readonly outlet: TelemetryOutlet;
  readonly boards: BoardTelemetryCarrier;
  readonly voters: VoterTelemetryCarrier;
  /** Calls back whenever `facts` may answer differently. Returns what unsubscribes. */
  readonly onFactsChange: (listener: () => void) => () => void;
}

/** Changes are gathered for so long: a rollout touches a workload many times at once. */
const gatherMs = 50;

/** To be called before the informers are run. Speaks until the signal aborts. */
export function startTelemetry(options: TelemetryOptions, signal: AbortSignal): void {
  const { outlet, clock } = options;
  const topics = new FleetTopics(options, () => words);
  const { nodes, pods, claims, volumes, daemonsets } = topics.informers;
  /** By name, so that a topic is said once however often it was touched. */
  const due = new Map<string, TelemetryTopic>();
  let cancel = () => {};
  let isGathering = false;

  const flush = () => {
    isGathering = false;
    const view = topics.view();
    for (const [name, topic] of due) outlet.retain(name, topics.payload(topic, view));
    due.clear();
  };
  const touch = (...touched: readonly TelemetryTopic[]) => {
    if (!outlet.isHeard || signal.aborted) return;
    for (const topic of touched) due.set(topics.name(topic), topic);
    if (isGathering) return;
    isGathering = true;
    cancel = clock.after(gatherMs, flush);
  };
  const touchDaemonSets = () => {
    for (const { metadata } of daemonsets.cache.values()) {
      touch({ about: "workload", resource: "daemonsets", ...place(metadata) });
    }
  };
  const touchNode = (node: string) => {
    touch(...nodeTopics(node), { about: "fleet" });
    touchDaemonSets();
  };

  const words = new BoardWords(
    {
      ...options,
      onPresence: (board) => {
        if (board !== undefined) touchNode(board);
      },
      onTelemetry: (node) => touch(...nodeTopics(node)),
    },
    signal,
  );

  nodes.onChange(({ type, object: { metadata, status } }) => {
    if (type === "deleted") words.forget(metadata.name);
    else words.noteWritten(metadata.name, findCondition(status.conditions, "Ready")?.status);
    touchNode(metadata.name);
  });
  pods.onChange(({ object }) => {
    touch({ about: "pod", ...place(object.metadata) }, { about: "fleet" });
    const owner = podOwner(object);
    if (owner !== undefined) touch({ about: "workload", namespace: object.metadata.namespace ?? "", ...owner });
  });
  claims.onChange(({ object }) => touch({ about: "claim", ...place(object.metadata) }));
  volumes.onChange(({ object: { spec } }) => {
    if (spec.claimRef?.name !== undefined)
      touch({ about: "claim", ...place({ ...spec.claimRef, name: spec.claimRef.name }) });
  });
  for (const resource of workloads) {
    const informer: Informer<Named> = topics.informers[resource];
    informer.onChange(({ object }: Change<Named>) => touch({ about: "workload", resource, ...place(object.metadata) }));
  }
  const endFacts = options.onFactsChange(() => {
    touch({ about: "fleet" });
    for (const { metadata } of nodes.cache.values()) touch({ about: "node", node: metadata.name, what: "status" });
  });

  const sayAll = () => {
    for (const topic of topics.all()) due.set(topics.name(topic), topic);
    flush();
  };
  outlet.onHeard((isHeard) => {
    if (isHeard && !signal.aborted) sayAll();
  });
  signal.addEventListener(
    "abort",
    () => {
      cancel();
      endFacts();
    },
    { once: true },
  );
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}
