/** A DaemonSet's rollout, board by board. */
import { placementOn } from "../../api/daemon-set/placement.ts";
import { hashLabel, templateHash } from "../../api/daemon-set/template-hash.ts";
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { isPodFinished, isPodReady } from "../../api/kinds/pod-state.ts";
import { isConditionTrue } from "../../api/meta/condition.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { BoardProgress, WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";
import { imagesOf } from "./images.ts";
import { isFailing } from "./pod-trouble.ts";

/** `pods` are those that the set controls, `isAway` whether a board cannot be reached now. */
export function daemonSetTelemetry(
  set: DaemonSet,
  nodes: Iterable<Node>,
  pods: readonly Pod[],
  isAway: (node: Node) => boolean,
): WorkloadTelemetry {
  const boards = boardProgress(set, nodes, pods, isAway);
  const { status, metadata, spec } = set;
  const reachable = boards.filter(({ state }) => state !== "offline");
  return {
    uid: metadata.uid ?? "",
    desired: status.desiredNumberScheduled,
    updated: status.updatedNumberScheduled ?? 0,
    ready: status.numberReady,
    available: status.numberAvailable ?? 0,
    complete:
      (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
      reachable.every(({ state }) => state === "updated"),
    images: imagesOf(spec.template.spec),
    boards,
    created: metadata.creationTimestamp ?? formatTime(0),
  };
}

/** The boards that are to run the pod, sorted by name. */
function boardProgress(
  set: DaemonSet,
  nodes: Iterable<Node>,
  pods: readonly Pod[],
  isAway: (node: Node) => boolean,
): BoardProgress[] {
  const hash = templateHash(set);
  const byBoard = Map.groupBy(pods, ({ spec }) => spec.nodeName);
  return Array.from(nodes)
    .filter((node) => placementOn(set, node) === "run")
    .map((node) => {
      const { name } = node.metadata;
      return { node: name, state: progressOf(byBoard.get(name) ?? [], hash, isAway(node)) };
    })
    .sort((one, other) => (one.node < other.node ? -1 : 1));
}

function progressOf(pods: readonly Pod[], hash: string, away: boolean): BoardProgress["state"] {
  const isEnding = (pod: Pod) => pod.metadata.deletionTimestamp !== undefined || isPodFinished(pod);
  const current = pods.find((pod) => !isEnding(pod) && pod.metadata.labels?.[hashLabel] === hash);
  if (current !== undefined) {
    // Of a board that is away its pods are not ready; that they ran is in their containers.
    if (isPodReady(current) || (away && isConditionTrue(current.status.conditions, "ContainersReady"))) {
      return "updated";
    }
    return away || isFailing(current) ? "failed" : "updating";
  }
  const isBeingReplaced = pods.some((pod) => pod.metadata.deletionTimestamp !== undefined);
  if (away) return isBeingReplaced ? "failed" : "offline";
  if (pods.length === 0 || isBeingReplaced) return "updating";
  return pods.every(isPodFinished) ? "failed" : "outdated";
}
