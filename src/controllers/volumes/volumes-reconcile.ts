/** Keeps volumes' phases true, and lets go of volumes whose claims are gone as their policy says. */

import { nodeResource } from "../../api/kinds/node.ts";
import { persistentVolumeResource } from "../../api/kinds/persistent-volume.ts";
import { persistentVolumeClaimResource } from "../../api/kinds/persistent-volume-claim.ts";
import { formatTime } from "../../api/meta/time.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { unreachable } from "../../lib/assert.ts";
import { boardLabel } from "./names.ts";
import { planVolume } from "./plan.ts";

export function volumesController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const claims = informers.for(persistentVolumeClaimResource);
  const volumes = informers.for(persistentVolumeResource);
  const nodes = informers.for(nodeResource);

  async function reconcile(name: string, signal: AbortSignal): Promise<Outcome> {
    const volume = volumes.cache.get(name);
    if (volume === undefined) return done;
    const { claimRef } = volume.spec;
    const cached = claims.cache.get(`${claimRef?.namespace ?? ""}/${claimRef?.name ?? ""}`);
    // Whether a claim is gone, and its data with it, only the API itself may say.
    const claim =
      claimRef?.uid === undefined || cached?.metadata.uid === claimRef.uid
        ? cached
        : await client.find(
            persistentVolumeClaimResource,
            { name: claimRef.name ?? "", namespace: claimRef.namespace },
            signal,
          );
    const own = claim?.metadata.uid === claimRef?.uid ? claim : undefined;
    const board = volume.metadata.labels?.[boardLabel];
    const plan = planVolume(volume, own, board === undefined || nodes.cache.get(board) !== undefined);
    const { uid, resourceVersion } = volume.metadata;
    try {
      switch (plan.step) {
        case "none":
          return done;
        case "setPhase": {
          const status = { ...volume.status, phase: plan.phase, lastPhaseTransitionTime: formatTime(clock.nowMs()) };
          const written = await client.updateStatus(persistentVolumeResource, { ...volume, status }, signal);
          await volumes.caughtUp(written.metadata.resourceVersion, signal);
          return { kind: "after", delayMs: 0 };
        }
        case "delete":
          await client.delete(persistentVolumeResource, { name }, { preconditions: { uid } }, signal);
          return done;
        case "removeFinalizer": {
          const finalizers = volume.metadata.finalizers?.filter((finalizer) => finalizer !== plan.finalizer);
          await client.mergePatch(
            persistentVolumeResource,
            { name },
            { metadata: { uid, resourceVersion, finalizers } },
            signal,
          );
          return done;
        }
        default:
          return unreachable(plan);
      }
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the volume changed meanwhile" };
      if (isNotFound(error)) return done;
      throw error;
    }
  }

  const controller = new Controller({ ...context, name: "volumes", reconcile, concurrency: 4 });
  volumes.onChange(({ type, key }) => {
    if (type !== "deleted") controller.enqueue(key);
  });
  claims.onChange(({ type, object }) => {
    if (type === "deleted" && object.spec.volumeName !== undefined) controller.enqueue(object.spec.volumeName);
  });
  nodes.onChange(({ type, object }) => {
    if (type !== "deleted") return;
    for (const volume of volumes.cache.values()) {
      if (volume.metadata.labels?.[boardLabel] === object.metadata.name) controller.enqueue(volume.metadata.name);
    }
  });
  return controller;
}
