/** Writes down that a board went away or came back: on its Node and on its pods, never more than the change. */

import { eventResource } from "../../api/kinds/event.ts";
import { type Node, nodeResource } from "../../api/kinds/node.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { formatTime } from "../../api/meta/time.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { byNodeName } from "../indexes.ts";
import { type BoardState, type NodeLifecyclePlan, planNodeLifecycle } from "./plan.ts";

/** Who is there, as the leader hears it from all voters. */
export interface PresenceSource {
  state(board: string): BoardState;
  /** Called with a board whose state changed, or with undefined when any board's may have. Returns what unsubscribes. */
  onChange(handler: (board: string | undefined) => void): () => void;
}

const podWritesMax = 16;

export function nodeLifecycleController(context: ControllerContext, presence: PresenceSource): Controller {
  const { client, informers, clock } = context;
  const nodes = informers.for(nodeResource);
  const pods = informers.for(podResource);
  const podsByNode = pods.cache.indexBy(byNodeName);
  const recorder = new EventRecorder(client, eventResource, "node-controller", context);

  async function reconcile(name: string, signal: AbortSignal): Promise<Outcome> {
    const node = nodes.cache.get(name);
    if (node === undefined || node.metadata.deletionTimestamp !== undefined) return done;
    const now = formatTime(clock.nowMs());
    const plan = planNodeLifecycle(node, podsByNode.get(name), presence.state(name), now);
    try {
      await writeNode(node, plan, signal);
      await writePods(plan, signal);
    } catch (error) {
      if (isNotFound(error)) return done;
      if (isConflict(error)) return { kind: "retry", why: "the board's objects changed meanwhile" };
      throw error;
    }
    if (plan.event !== undefined) recorder.record(node, plan.event);
    return done;
  }

  async function writeNode(node: Node, { conditions, taints }: NodeLifecyclePlan, signal: AbortSignal): Promise<void> {
    let current = node;
    if (taints !== undefined) {
      const spec = { ...current.spec, taints: [...taints] };
      current = await client.update(nodeResource, { ...current, spec }, signal);
    }
    if (conditions !== undefined) {
      const status = { ...current.status, conditions: [...conditions] };
      current = await client.updateStatus(nodeResource, { ...current, status }, signal);
    }
    await nodes.caughtUp(current.metadata.resourceVersion, signal);
  }

  async function writePods(plan: NodeLifecyclePlan, signal: AbortSignal): Promise<void> {
    await inParallel(plan.pods, podWritesMax, async ({ pod, conditions }) => {
      const next = { ...pod, status: { ...pod.status, conditions: [...conditions] } };
      try {
        const written = await client.updateStatus(podResource, next, signal);
        await pods.caughtUp(written.metadata.resourceVersion, signal);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  }

  const controller = new Controller({ ...context, name: "node-lifecycle", reconcile, concurrency: 8 });
  nodes.onChange(({ type, key }) => {
    if (type !== "deleted") controller.enqueue(key);
  });
  // A pod may be bound to a board, or report itself ready, in the moment in which the board is lost.
  pods.onChange(({ type, object }) => {
    const { nodeName } = object.spec;
    if (type !== "deleted" && nodeName !== undefined && presence.state(nodeName) === "lost")
      controller.enqueue(nodeName);
  });
  presence.onChange((board) => {
    if (board !== undefined) controller.enqueue(board);
    else for (const node of nodes.cache.values()) controller.enqueue(node.metadata.name);
  });
  return controller;
}
