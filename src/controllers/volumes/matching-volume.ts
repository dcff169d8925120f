/** Finds the volume that somebody made beforehand and that serves a claim best. */
import type { Node } from "../../api/kinds/node.ts";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import { quantityValue } from "../../api/meta/quantity.ts";
import { matchesNodeSelector } from "../../api/scheduling/node-selector.ts";
import { matchesLabelSelector } from "../../api/selectors/label-selector.ts";
import { ownValue } from "../../lib/own-value.ts";

/** Whether the volume was set aside for the claim, which then need not ask for it in any other way. */
export function isReservedFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { claimRef } = volume.spec;
  if (claimRef === undefined) return false;
  const { name, namespace, uid } = claim.metadata;
  return (
    claimRef.name === name && claimRef.namespace === namespace && (claimRef.uid === undefined || claimRef.uid === uid)
  );
}

/** The smallest free volume that fits, a reserved one before all others; usable on `node` where the pod's board is known. */
export function matchingVolume(
  claim: PersistentVolumeClaim,
  className: string,
  volumes: Iterable<PersistentVolume>,
  node: Node | undefined,
): PersistentVolume | undefined {
  const fitting = Array.from(volumes).filter((volume) => fits(volume, claim, className, node));
  const reserved = fitting.find((volume) => isReservedFor(volume, claim));
  return reserved ?? fitting.sort(bySize)[0];
}

function fits(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  className: string,
  node: Node | undefined,
): boolean {
  const { spec, metadata } = volume;
  if (metadata.deletionTimestamp !== undefined) return false;
  if (claim.spec.volumeName !== undefined && claim.spec.volumeName !== metadata.name) return false;
  if (spec.claimRef !== undefined && !isReservedFor(volume, claim)) return false;
  if ((spec.storageClassName ?? "") !== className || spec.volumeMode !== claim.spec.volumeMode) return false;
  const modes = claim.spec.accessModes ?? [];
  if (!modes.every((mode) => spec.accessModes?.includes(mode))) return false;
  if (storageBytes(spec.capacity) < storageBytes(claim.spec.resources.requests)) return false;
  if (claim.spec.selector !== undefined && !matchesLabelSelector(claim.spec.selector, metadata.labels ?? {}))
    return false;
  const required = spec.nodeAffinity?.required;
  return required === undefined || node === undefined || matchesNodeSelector(required, node);
}

function storageBytes(amounts: Readonly<Record<string, string>> | undefined): number {
  return quantityValue(ownValue(amounts, "storage") ?? "0");
}

function bySize(a: PersistentVolume, b: PersistentVolume): number {
  return storageBytes(a.spec.capacity) - storageBytes(b.spec.capacity) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
