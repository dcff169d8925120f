/** Makes the pods of each DaemonSet what its plan says they should be, and writes down how far they are. */
import { type ControllerRevision, controllerRevisionResource } from "../../api/kinds/apps/controller-revision.ts";
import { type DaemonSet, daemonSetResource } from "../../api/kinds/daemon-set.ts";
import { eventResource } from "../../api/kinds/event.ts";
import { type Node, nodeResource } from "../../api/kinds/node.ts";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import { isConditionTrue } from "../../api/meta/condition.ts";
import { controllerOf } from "../../api/meta/owner.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { objectKey } from "../../client/object-cache.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../../client/refusal.ts";
import { versionNumber } from "../../client/resource-version.ts";
import { deletionShown } from "../../client/shown.ts";
import { messageOf } from "../../lib/errors.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { sameJson } from "../../lib/same-json.ts";
import { byControllerUid } from "../indexes.ts";
import { randomSuffix } from "../random-suffix.ts";
import { FailedPodBackoff } from "./failed-pod-backoff.ts";
import { type DaemonSetPlan, planDaemonSet } from "./plan.ts";
import { podForBoard } from "./pod-for-board.ts";
import { planRevisions } from "./revisions.ts";

/** Writes under way at once: enough for the log to take many with one write to the disk. */
const writesMax = 32;
/** How long news of pods are gathered: a thousand boards report at once, and each look counts them all. */
const gatherMs = 20;

export function daemonSetController(context: ControllerContext): Controller {
  const { client, informers, clock, random } = context;
  const sets = informers.for(daemonSetResource);
  const pods = informers.for(podResource);
  const nodes = informers.for(nodeResource);
  const revisions = informers.for(controllerRevisionResource);
  const revisionsByController = revisions.cache.indexBy(byControllerUid);
  const podsByController = pods.cache.indexBy(byControllerUid);
  const recorder = new EventRecorder(client, eventResource, "daemonset-controller", context);
  const backoff = new FailedPodBackoff();

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const set = sets.cache.get(key);
    // Dependents of a deleted set are the garbage collector's.
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return done;
    const uid = set.metadata.uid ?? "";
    const plan = planDaemonSet({
      set,
      nodes: Array.from(nodes.cache.values()),
      pods: podsByController.get(uid),
      failedPodsWaitMs: backoff.waits(uid, clock.monotonicMs()),
      nowMs: clock.nowMs(),
    });
    for (const board of plan.failed) backoff.failed(uid, board, clock.monotonicMs());
    await removePods(set, plan, signal);
    await createPods(set, plan, signal);
    try {
      await keepRevisions(set, plan, signal);
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error) && !isAlreadyExists(error)) throw error;
      return { kind: "retry", why: "the set's revisions changed meanwhile" };
    }
    return writeStatus(set, plan, signal);
  }

  async function keepRevisions(set: DaemonSet, { hash }: DaemonSetPlan, signal: AbortSignal): Promise<void> {
    const uid = set.metadata.uid ?? "";
    const { create, promote, remove } = planRevisions(
      set,
      hash,
      revisionsByController.get(uid),
      podsByController.get(uid),
    );
    const written: ControllerRevision[] = [];
    if (create !== undefined) written.push(await client.create(controllerRevisionResource, create, signal));
    if (promote !== undefined) written.push(await client.update(controllerRevisionResource, promote, signal));
    for (const revision of remove) {
      const options = { preconditions: { uid: revision.metadata.uid } };
      await client.delete(controllerRevisionResource, revision.metadata, options, signal);
      await deletionShown(revisions, objectKey(revision), revision.metadata.uid, signal);
    }
    for (const revision of written) await revisions.caughtUp(revision.metadata.resourceVersion, signal);
  }

  async function removePods(set: DaemonSet, plan: DaemonSetPlan, signal: AbortSignal): Promise<void> {
    await inParallel(plan.remove, writesMax, async (pod) => {
      const { uid } = pod.metadata;
      try {
        await client.delete(podResource, pod.metadata, { preconditions: { uid } }, signal);
        recorder.record(set, {
          type: "Normal",
          reason: "SuccessfulDelete",
          message: `Deleted pod: ${pod.metadata.name}`,
        });
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
      await deletionShown(pods, objectKey(pod), uid, signal);
    });
  }

  async function createPods(set: DaemonSet, plan: DaemonSetPlan, signal: AbortSignal): Promise<void> {
    let latest: string | undefined;
    try {
      await inParallel(plan.create, writesMax, async (board) => {
        const name = `${set.metadata.name}-${randomSuffix(random)}`;
        const created = await client.create(podResource, podForBoard(set, board, plan.hash, name), signal);
        const version = created.metadata.resourceVersion;
        if (versionNumber(version) > versionNumber(latest)) latest = version;
        recorder.record(set, { type: "Normal", reason: "SuccessfulCreate", message: `Created pod: ${name}` });
      });
    } catch (error) {
      const message = `Error creating: ${messageOf(error)}`;
      if (!signal.aborted) recorder.record(set, { type: "Warning", reason: "FailedCreate", message });
      throw error;
    } finally {
      // The next pass must see these pods, or it would make them once more.
      await pods.caughtUp(latest, signal);
    }
  }

  async function writeStatus(set: DaemonSet, plan: DaemonSetPlan, signal: AbortSignal): Promise<Outcome> {
    try {
      if (!sameJson(set.status, plan.status)) {
        const written = await client.updateStatus(daemonSetResource, { ...set, status: plan.status }, signal);
        await sets.caughtUp(written.metadata.resourceVersion, signal);
      }
    } catch (error) {
      if (isNotFound(error)) return done;
      if (isConflict(error)) return { kind: "retry", why: "the set changed meanwhile" };
      throw error;
    }
    return plan.recheckMs === undefined ? done : { kind: "after", delayMs: plan.recheckMs };
  }

  const controller = new Controller({ ...context, name: "daemon-set", reconcile, concurrency: 4 });
  const enqueueAll = () => {
    for (const set of sets.cache.values()) controller.enqueue(objectKey(set));
  };
  sets.onChange(({ key }) => controller.enqueue(key));
  pods.onChange(({ object }) => enqueueOwner(controller, object));
  nodes.onChange((change) => {
    if (change.type !== "updated" || mattersToDaemons(change.old, change.object)) enqueueAll();
  });
  return controller;
}

function enqueueOwner(controller: Controller, pod: Pod): void {
  const owner = controllerOf(pod);
  if (owner?.kind === "DaemonSet") controller.enqueueAfter(`${pod.metadata.namespace ?? ""}/${owner.name}`, gatherMs);
}

function mattersToDaemons(old: Node, node: Node): boolean {
  return !(
    sameJson(old.metadata.labels, node.metadata.labels) &&
    sameJson(old.spec.taints, node.spec.taints) &&
    isConditionTrue(old.status.conditions, "Ready") === isConditionTrue(node.status.conditions, "Ready")
  );
}
