/** What a person should look at: found anew from everything that is known, each time something has changed. */
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Attention } from "../../api/telemetry/news.ts";
import type { WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";
import type { BoardPresence } from "../topics/fleet-view.ts";
import { boardTroubles, type HeardMetrics } from "./board-troubles.ts";
import { podTrouble, rolloutTrouble, type WorkloadState } from "./workload-troubles.ts";

export interface TroubleView {
  readonly nodes: Iterable<Node>;
  readonly presence: (node: string) => BoardPresence;
  readonly metrics: (node: string) => HeardMetrics | undefined;
  readonly isVoter: (node: string) => boolean;
  readonly pods: Iterable<Pod>;
  readonly workloads: Iterable<WorkloadState & { readonly said: WorkloadTelemetry }>;
  readonly nowMs: number;
}

/** Found, and not yet dated: `since` is there where it is known from elsewhere. */
export type Trouble = Omit<Attention, "since"> & { readonly since?: string };

export interface AttentionPlan {
  /** By the id of their topic. */
  readonly attentions: ReadonlyMap<string, Attention>;
  /** When to look again although nothing may have changed. */
  readonly recheckMs: number | undefined;
}

/** What lasts keeps its date and, between two thresholds, its place: a value that trembles must not nag. */
export function planAttention(view: TroubleView, before: ReadonlyMap<string, Attention>): AttentionPlan {
  const attentions = new Map<string, Attention>();
  const rechecks: number[] = [];
  const now = new Date(view.nowMs).toISOString();
  const note = (id: string, { since, ...trouble }: Trouble) =>
    attentions.set(id, { ...trouble, since: since ?? before.get(id)?.since ?? now });

  for (const node of view.nodes) {
    const { name } = node.metadata;
    const found = boardTroubles({
      node,
      presence: view.presence(name),
      metrics: view.metrics(name),
      isVoter: view.isVoter(name),
      nowMs: view.nowMs,
      lasts: (kind) => before.has(boardId(name, kind)),
    });
    for (const [kind, trouble] of found.troubles) note(boardId(name, kind), trouble);
    if (found.recheckMs !== undefined) rechecks.push(found.recheckMs);
  }
  for (const pod of view.pods) {
    const trouble = podTrouble(pod);
    if (trouble !== undefined) note(`pod.${pod.metadata.namespace ?? ""}.${pod.metadata.name}`, trouble);
  }
  for (const workload of view.workloads) {
    const trouble = rolloutTrouble(workload, workload.said);
    const { resource, namespace, name } = workload;
    if (trouble !== undefined) note(`rollout.${namespace}.${resource}.${name}`, trouble);
  }
  return { attentions, recheckMs: rechecks.length === 0 ? undefined : Math.min(...rechecks) };
}

function boardId(node: string, kind: string): string {
  return `node.${node}.${kind}`;
}
