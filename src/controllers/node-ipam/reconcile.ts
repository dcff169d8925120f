/** Writes each board's range of pod addresses into its Node, once. */
import { eventResource } from "../../api/kinds/event.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { assert } from "../../lib/assert.ts";
import { type Prefix, parsePrefix } from "../../lib/ipv4.ts";
import { planNodeIpam } from "./plan.ts";

/** One key for all boards: ranges are given out one decision at a time. */
const allBoards = "boards";

/** `podCidr` is the fleet's, `10.42.0.0/16`. */
export function nodeIpamController(context: ControllerContext, podCidr: string): Controller {
  const fleet = requirePrefix(podCidr);
  const { client, informers } = context;
  const nodes = informers.for(nodeResource);
  const recorder = new EventRecorder(client, eventResource, "node-ipam", context);

  async function reconcile(_key: string, signal: AbortSignal): Promise<Outcome> {
    const plan = planNodeIpam(fleet, Array.from(nodes.cache.values()));
    for (const name of plan.exhausted) {
      const node = nodes.cache.get(name);
      const message = `all ranges of ${podCidr} are taken: delete the Nodes of boards that are gone`;
      if (node !== undefined) recorder.record(node, { type: "Warning", reason: "CIDRNotAvailable", message });
    }
    for (const { node, podCIDR } of plan.assign) {
      const { name, uid, resourceVersion } = node.metadata;
      try {
        const patch = { metadata: { uid, resourceVersion }, spec: { podCIDR, podCIDRs: [podCIDR] } };
        const written = await client.mergePatch(nodeResource, { name }, patch, signal);
        await nodes.caughtUp(written.metadata.resourceVersion, signal);
      } catch (error) {
        if (isConflict(error)) return { kind: "retry", why: "the node changed meanwhile" };
        if (!isNotFound(error)) throw error;
      }
    }
    return done;
  }

  const controller = new Controller({ ...context, name: "node-ipam", reconcile });
  nodes.onChange(({ type, object }) => {
    if (type !== "deleted" && object.spec.podCIDR === undefined) controller.enqueue(allBoards);
  });
  return controller;
}

function requirePrefix(podCidr: string): Prefix {
  const prefix = parsePrefix(podCidr);
  assert(prefix !== undefined, "the fleet's pod range was checked when the fleet was founded");
  return prefix;
}
