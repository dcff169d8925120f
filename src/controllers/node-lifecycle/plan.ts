/** What the fleet writes down about a board that went away or came back. Only transitions: a second look finds nothing to do. */

import type { Node } from "../../api/kinds/node.ts";
import type { NodeCondition } from "../../api/kinds/node-status.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodCondition } from "../../api/kinds/pod-status.ts";
import type { Taint } from "../../api/kinds/taint.ts";
import { findCondition, withCondition } from "../../api/meta/condition.ts";
import { sameJson } from "../../lib/same-json.ts";

/** `missing` boards may be on their way to another voter: nothing is written about them. */
export type BoardState = "present" | "missing" | "lost";

export interface NodeLifecyclePlan {
  /** The node's new conditions, where they change. */
  readonly conditions: readonly NodeCondition[] | undefined;
  /** The node's new taints, where they change. */
  readonly taints: readonly Taint[] | undefined;
  /** Pods whose readiness changes with their board's. */
  readonly pods: readonly { readonly pod: Pod; readonly conditions: readonly PodCondition[] }[];
  /** What to tell people, where the board's state changed. */
  readonly event:
    | { readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string }
    | undefined;
}

const notReady = "node.kubernetes.io/not-ready";
const unreachable = "node.kubernetes.io/unreachable";
/** The reasons remember what the board itself had said last. */
const lostWhileReady = "BoardUnreachable";
const lostWhileNotReady = "BoardUnreachableWhileNotReady";
const neverReported = "NodeStatusNeverUpdated";
const podReason = "BoardUnreachable";

/** `now` is RFC 3339. */
export function planNodeLifecycle(node: Node, pods: readonly Pod[], state: BoardState, now: string): NodeLifecyclePlan {
  const ready = nextReady(node, state);
  const current = findCondition(node.status.conditions, "Ready");
  if (ready === undefined) return { conditions: undefined, taints: undefined, pods: [], event: undefined };
  const conditions = ready === current ? undefined : withCondition(node.status.conditions, ready, now);
  const taints = nextTaints(node, ready.status, now);
  const lost = ready.status === "Unknown";
  return {
    conditions,
    taints: sameJson(taints, node.spec.taints ?? []) ? undefined : taints,
    // Nothing is known of the pods of a board that may be moving: they keep what was said of them.
    pods: state === "missing" ? [] : pods.flatMap((pod) => nextPod(pod, lost, now) ?? []),
    event: eventOf(node, current?.status, ready.status),
  };
}

/** Undefined while a board that is there has not reported yet: its own word comes first. */
function nextReady(node: Node, state: BoardState): NodeCondition | undefined {
  const current = findCondition(node.status.conditions, "Ready");
  if (current === undefined) {
    if (state !== "lost") return undefined;
    const message = "the board has never reported";
    return { type: "Ready", status: "Unknown", reason: neverReported, message };
  }
  if (state === "lost" && current.status !== "Unknown") {
    const reason = current.status === "True" ? lostWhileReady : lostWhileNotReady;
    return { ...current, status: "Unknown", reason, message: "the board is not connected to any voter" };
  }
  if (state !== "present" || current.status !== "Unknown") return current;
  // The board reports only what changes for it, and for it nothing has.
  const back = { ...current, reason: "BoardReachable", message: "the board is connected again" };
  if (current.reason === lostWhileReady) return { ...back, status: "True" };
  return current.reason === lostWhileNotReady ? { ...back, status: "False" } : current;
}

function nextTaints(node: Node, ready: NodeCondition["status"], now: string): Taint[] {
  const wanted = ready === "True" ? undefined : ready === "False" ? notReady : unreachable;
  const current = node.spec.taints ?? [];
  const kept = current.filter((taint) => (taint.key !== notReady && taint.key !== unreachable) || taint.key === wanted);
  if (wanted === undefined) return kept;
  const missing = (["NoSchedule", "NoExecute"] as const).filter(
    (effect) => !kept.some((taint) => taint.key === wanted && taint.effect === effect),
  );
  return [...kept, ...missing.map((effect): Taint => ({ key: wanted, effect, timeAdded: now }))];
}

/** A lost board's pods are not ready; when it is back, they are what their containers were. */
function nextPod(pod: Pod, lost: boolean, now: string): NodeLifecyclePlan["pods"][number] | undefined {
  const ready = findCondition(pod.status.conditions, "Ready");
  if (ready === undefined) return undefined;
  if (lost && ready.status === "True") {
    const next = { ...ready, status: "False" as const, reason: podReason, message: "the pod's board is unreachable" };
    return { pod, conditions: withCondition(pod.status.conditions, next, now) };
  }
  const containersReady = findCondition(pod.status.conditions, "ContainersReady")?.status === "True";
  if (!lost && ready.status === "False" && ready.reason === podReason && containersReady) {
    const next: PodCondition = { type: "Ready", status: "True" };
    return { pod, conditions: withCondition(pod.status.conditions, next, now) };
  }
  return undefined;
}

function eventOf(node: Node, before: string | undefined, after: string): NodeLifecyclePlan["event"] {
  if (before === undefined || before === after) return undefined;
  const name = node.metadata.name;
  return after === "Unknown"
    ? { type: "Warning", reason: "NodeNotReady", message: `Node ${name} status is now: NodeNotReady` }
    : { type: "Normal", reason: "NodeReady", message: `Node ${name} status is now: NodeReady` };
}
