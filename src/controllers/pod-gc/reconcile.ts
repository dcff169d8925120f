/** Removes the pods of boards that were deleted. */
import { nodeResource } from "../../api/kinds/node.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { objectKey, parseObjectKey } from "../../client/object-cache.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { byNodeName } from "../indexes.ts";
import { planPodGc } from "./plan.ts";

export function podGcController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const pods = informers.for(podResource);
  const nodes = informers.for(nodeResource);
  const podsByNode = pods.cache.indexBy(byNodeName);

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const pod = pods.cache.get(key);
    const nodeName = pod?.spec.nodeName;
    if (pod === undefined || nodeName === undefined) return done;
    const known = nodes.cache.get(nodeName) === undefined ? [] : [nodeName];
    if (planPodGc([pod], new Set(known)).length === 0) return done;
    // The cache may be behind the pod's: only the API itself knows that there is no such board.
    if ((await client.find(nodeResource, { name: nodeName }, signal)) !== undefined) return done;
    try {
      const options = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
      await client.delete(podResource, parseObjectKey(key), options, signal);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return done;
  }

  const controller = new Controller({ ...context, name: "pod-gc", reconcile, concurrency: 8 });
  pods.onChange(({ type, key, object }) => {
    const { nodeName } = object.spec;
    if (type !== "deleted" && nodeName !== undefined && nodes.cache.get(nodeName) === undefined) {
      controller.enqueue(key);
    }
  });
  nodes.onChange(({ type, object }) => {
    if (type !== "deleted") return;
    for (const pod of podsByNode.get(object.metadata.name)) controller.enqueue(objectKey(pod));
  });
  return controller;
}
