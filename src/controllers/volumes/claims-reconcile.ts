/** Gives claims their volumes, and keeps claims while pods use them. */

import { eventResource } from "../../api/kinds/event.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { type PersistentVolume, persistentVolumeResource } from "../../api/kinds/persistent-volume.ts";
import { type PersistentVolumeClaim, persistentVolumeClaimResource } from "../../api/kinds/persistent-volume-claim.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { storageClassResource } from "../../api/kinds/storage-class.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { objectKey } from "../../client/object-cache.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../../client/refusal.ts";
import { unreachable } from "../../lib/assert.ts";
import { byClaimKey } from "../indexes.ts";
import { bindCompletedAnnotation, boundByControllerAnnotation, claimProtectionFinalizer } from "./names.ts";
import { type ClaimStep, planClaim } from "./plan.ts";

export function claimsController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const claims = informers.for(persistentVolumeClaimResource);
  const volumes = informers.for(persistentVolumeResource);
  const classes = informers.for(storageClassResource);
  const pods = informers.for(podResource);
  const nodes = informers.for(nodeResource);
  const podsByClaim = pods.cache.indexBy(byClaimKey);
  const recorder = new EventRecorder(client, eventResource, "persistentvolume-controller", context);
  /** What each waiting claim was last told, so that it is told once. */
  const explained = new Map<string, string>();

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const claim = claims.cache.get(key);
    if (claim === undefined) return done;
    const next = planClaim({
      claim,
      pods: podsByClaim.get(key),
      volumes: new Map(Array.from(volumes.cache.values(), (volume) => [volume.metadata.name, volume])),
      classes: Array.from(classes.cache.values()),
      nodes: new Map(Array.from(nodes.cache.values(), (node) => [node.metadata.name, node])),
    });
    try {
      return await take(claim, next, signal);
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error))
        return { kind: "retry", why: "the claim or its volume changed meanwhile" };
      if (isNotFound(error)) return done;
      throw error;
    }
  }

  /** Takes one step and asks for another look, until there is none left to take. */
  async function take(claim: PersistentVolumeClaim, next: ClaimStep, signal: AbortSignal): Promise<Outcome> {
    const { metadata } = claim;
    switch (next.step) {
      case "none":
        return done;
      case "explain":
        explain(claim, next);
        return done;
      case "protect":
        return save({
          ...claim,
          metadata: { ...metadata, finalizers: [...(metadata.finalizers ?? []), claimProtectionFinalizer] },
        });
      case "unprotect": {
        const finalizers = metadata.finalizers?.filter((name) => name !== claimProtectionFinalizer);
        await client.update(persistentVolumeClaimResource, { ...claim, metadata: { ...metadata, finalizers } }, signal);
        return done;
      }
      case "createVolume":
        return shown(await client.create(persistentVolumeResource, next.volume, signal));
      case "reserveVolume":
        return shown(await client.update(persistentVolumeResource, reserved(next.volume, claim), signal));
      case "bindClaim": {
        const annotations = {
          ...metadata.annotations,
          [bindCompletedAnnotation]: "yes",
          [boundByControllerAnnotation]: "yes",
        };
        return save({
          ...claim,
          metadata: { ...metadata, annotations },
          spec: { ...claim.spec, volumeName: next.volume.metadata.name },
        });
      }
      case "setStatus": {
        const written = await client.updateStatus(
          persistentVolumeClaimResource,
          { ...claim, status: next.status },
          signal,
        );
        await claims.caughtUp(written.metadata.resourceVersion, signal);
        return again;
      }
      default:
        return unreachable(next);
    }

    async function save(wanted: PersistentVolumeClaim): Promise<Outcome> {
      const written = await client.update(persistentVolumeClaimResource, wanted, signal);
      await claims.caughtUp(written.metadata.resourceVersion, signal);
      return again;
    }

    async function shown(volume: PersistentVolume): Promise<Outcome> {
      await volumes.caughtUp(volume.metadata.resourceVersion, signal);
      return again;
    }
  }

  function explain(
    claim: PersistentVolumeClaim,
    { type, reason, message }: Extract<ClaimStep, { step: "explain" }>,
  ): void {
    const key = objectKey(claim);
    if (explained.get(key) === message) return;
    explained.set(key, message);
    recorder.record(claim, { type, reason, message });
  }

  const controller = new Controller({ ...context, name: "volumes/claims", reconcile, concurrency: 4 });
  claims.onChange(({ type, key }) => {
    if (type === "deleted") explained.delete(key);
    else controller.enqueue(key);
  });
  pods.onChange((change) => {
    // A pod counts when it comes, is bound, ends or goes; its other news do not.
    const { object } = change;
    if (
      change.type === "updated" &&
      change.old.spec.nodeName === object.spec.nodeName &&
      change.old.status.phase === object.status.phase
    )
      return;
    for (const key of byClaimKey(object)) controller.enqueue(key);
  });
  volumes.onChange(({ object }) => {
    const { claimRef } = object.spec;
    if (claimRef !== undefined) controller.enqueue(`${claimRef.namespace ?? ""}/${claimRef.name ?? ""}`);
    else enqueuePending();
  });
  classes.onChange(enqueuePending);

  function enqueuePending(): void {
    for (const claim of claims.cache.values()) if (claim.status.phase !== "Bound") controller.enqueue(objectKey(claim));
  }
  return controller;
}

const again: Outcome = { kind: "after", delayMs: 0 };

/** The volume with the claim's name and uid written into it, which nobody else can then have. */
function reserved(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { name, namespace, uid } = claim.metadata;
  const claimRef = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    name,
    ...(namespace && { namespace }),
    ...(uid && { uid }),
  };
  return { ...volume, spec: { ...volume.spec, claimRef } };
}
