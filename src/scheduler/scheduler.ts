/** Binds pods without a board to boards that fit, one decision at a time and many bindings at once. */
import { eventResource } from "../api/kinds/event.ts";
import { nodeResource } from "../api/kinds/node.ts";
import { persistentVolumeResource } from "../api/kinds/persistent-volume.ts";
import { persistentVolumeClaimResource } from "../api/kinds/persistent-volume-claim.ts";
import { type Pod, podResource } from "../api/kinds/pod.ts";
import { isPodFinished } from "../api/kinds/pod-state.ts";
import { type StorageClass, storageClassResource } from "../api/kinds/storage-class.ts";
import { findCondition, withCondition } from "../api/meta/condition.ts";
import { formatTime } from "../api/meta/time.ts";
import { Controller, done, type Outcome } from "../client/controller.ts";
import type { ControllerContext } from "../client/controller-context.ts";
import { EventRecorder } from "../client/event-recorder.ts";
import { objectKey } from "../client/object-cache.ts";
import { isConflict, isNotFound } from "../client/refusal.ts";
import { sameJson } from "../lib/same-json.ts";
import type { Candidate } from "./candidate.ts";
import { type ClaimLookup, claimsOf } from "./claims.ts";
import { planPlacement } from "./plan.ts";

const schedulerName = "default-scheduler";
/** Bindings under way at once: enough for the log to take many with one write to the disk. */
const bindingsMax = 32;
const defaultClassAnnotation = "storageclass.kubernetes.io/is-default-class";

const byBoard = (pod: Pod): readonly string[] =>
  pod.spec.nodeName === undefined || isPodFinished(pod) ? [] : [pod.spec.nodeName];

const pending = (pod: Pod): readonly string[] => (isPending(pod) ? ["pending"] : []);

/** The scheduler as a controller: run it beside the others, on the same informers. */
export function schedulerController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const pods = informers.for(podResource);
  const nodes = informers.for(nodeResource);
  const claims = informers.for(persistentVolumeClaimResource);
  const volumes = informers.for(persistentVolumeResource);
  const classes = informers.for(storageClassResource);
  const podsByBoard = pods.cache.indexBy(byBoard);
  const pendingPods = pods.cache.indexBy(pending);
  const recorder = new EventRecorder(client, eventResource, schedulerName, context);
  /** Pods bound by us that the cache does not show as bound yet; they take room all the same. */
  const assumed = new Map<string, Pod>();

  const lookup: ClaimLookup = {
    claim: (namespace, name) => claims.cache.get(`${namespace}/${name}`),
    volume: (name) => volumes.cache.get(name),
    storageClass: (name) =>
      name === undefined ? Array.from(classes.cache.values()).find(isDefaultClass) : classes.cache.get(name),
  };

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const pod = pods.cache.get(key);
    if (pod === undefined || !isPending(pod)) return done;
    const claimed = claimsOf(pod, lookup);
    if (claimed.kind === "wait") return report(pod, claimed.message, signal);
    // From here to `assumed.set` nothing is awaited: no other decision sees the board without this pod.
    const decision = planPlacement({ pod, volumes: claimed.volumes }, candidates(pod));
    if (decision.kind === "unschedulable") return report(pod, decision.message, signal);
    const uid = pod.metadata.uid ?? "";
    assumed.set(uid, { ...pod, spec: { ...pod.spec, nodeName: decision.nodeName } });
    try {
      await client.bind(podResource, pod, decision.nodeName, signal);
    } catch (error) {
      assumed.delete(uid);
      // Bound by somebody else, being deleted, or gone: the informer will tell.
      if (isConflict(error) || isNotFound(error)) return done;
      throw error;
    }
    const message = `Successfully assigned ${key} to ${decision.nodeName}`;
    recorder.record(pod, { type: "Normal", reason: "Scheduled", message });
    return done;
  }

  /** A daemon pod names its board: then no other is looked at, but all are counted when it does not fit. */
  function candidates(pod: Pod): Candidate[] {
    const pinned = pinnedBoard(pod);
    const only = pinned === undefined ? undefined : nodes.cache.get(pinned);
    if (only !== undefined) {
      const alone = candidate(only);
      if (planPlacement({ pod, volumes: [] }, [alone]).kind === "bind") return [alone];
    }
    return Array.from(nodes.cache.values(), candidate);
  }

  function candidate(node: Candidate["node"]): Candidate {
    const { name } = node.metadata;
    const here = podsByBoard.get(name);
    const known = new Set(here.map((other) => other.metadata.uid));
    const coming = Array.from(assumed.values()).filter(
      ({ spec, metadata }) => spec.nodeName === name && !known.has(metadata.uid),
    );
    return { node, pods: coming.length === 0 ? here : [...here, ...coming] };
  }

  /** Tells once, in the pod's condition and as an event, why it waits. */
  async function report(pod: Pod, message: string, signal: AbortSignal): Promise<Outcome> {
    const current = findCondition(pod.status.conditions, "PodScheduled");
    if (current?.status === "False" && current.message === message) return done;
    const next = { type: "PodScheduled", status: "False" as const, reason: "Unschedulable", message };
    const conditions = withCondition(pod.status.conditions, next, formatTime(clock.nowMs()));
    try {
      const written = await client.updateStatus(podResource, { ...pod, status: { ...pod.status, conditions } }, signal);
      await pods.caughtUp(written.metadata.resourceVersion, signal);
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the pod changed meanwhile" };
      if (isNotFound(error)) return done;
      throw error;
    }
    recorder.record(pod, { type: "Warning", reason: "FailedScheduling", message });
    return done;
  }

  const controller = new Controller({ ...context, name: "scheduler", reconcile, concurrency: bindingsMax });
  const retryPending = () => {
    for (const pod of pendingPods.get("pending")) controller.enqueue(objectKey(pod));
  };
  pods.onChange((change) => {
    const { type, key, object } = change;
    if (object.spec.nodeName !== undefined || type === "deleted") assumed.delete(object.metadata.uid ?? "");
    const freesRoom = type === "deleted" || (type === "updated" && isPodFinished(object) && !isPodFinished(change.old));
    if (freesRoom && object.spec.nodeName !== undefined) retryPending();
    // Its own condition, written by us, is no news about the pod.
    const isNews = type === "added" || (type === "updated" && !sameJson(change.old.spec, object.spec));
    if (isPending(object) && isNews) controller.enqueue(key);
  });
  nodes.onChange(retryPending);
  for (const informer of [claims, volumes, classes]) informer.onChange(retryPending);
  return controller;
}

function isPending(pod: Pod): boolean {
  return (
    pod.spec.nodeName === undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    pod.spec.schedulerName === schedulerName &&
    (pod.spec.schedulingGates ?? []).length === 0 &&
    !isPodFinished(pod)
  );
}

function isDefaultClass({ metadata }: StorageClass): boolean {
  return metadata.annotations?.[defaultClassAnnotation] === "true";
}

/** The board that every term of the pod's node affinity names. */
function pinnedBoard(pod: Pod): string | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const names = (terms ?? []).map(({ matchFields = [] }) => {
    const field = matchFields.find(({ key, operator }) => key === "metadata.name" && operator === "In");
    return field?.values?.length === 1 ? field.values[0] : undefined;
  });
  return names.length > 0 && names.every((name) => name === names[0]) ? names[0] : undefined;
}
