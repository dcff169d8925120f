/** The next step for a claim or a volume: each write is one step, so that a leader may fail between any two. */
import type { Node } from "../../api/kinds/node.ts";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { isPodFinished } from "../../api/kinds/pod-state.ts";
import type { StorageClass } from "../../api/kinds/storage-class.ts";
import { localVolumeFor } from "./local-volume.ts";
import { isReservedFor, matchingVolume } from "./matching-volume.ts";
import { claimProtectionFinalizer, defaultClassAnnotation, localProvisioner, localVolumeFinalizer } from "./names.ts";

export type ClaimStep =
  | { readonly step: "none" }
  /** Nothing can be done until a person acts or a pod comes; `reason` and `message` tell them which. */
  | { readonly step: "explain"; readonly reason: string; readonly message: string; readonly type: "Normal" | "Warning" }
  | { readonly step: "protect" }
  | { readonly step: "unprotect" }
  | { readonly step: "createVolume"; readonly volume: PersistentVolume }
  /** Writes the claim's name into the volume. */
  | { readonly step: "reserveVolume"; readonly volume: PersistentVolume }
  /** Writes the volume's name into the claim. */
  | { readonly step: "bindClaim"; readonly volume: PersistentVolume }
  | { readonly step: "setStatus"; readonly status: PersistentVolumeClaim["status"] };

export interface ClaimSnapshot {
  readonly claim: PersistentVolumeClaim;
  /** Every pod of the namespace that names the claim. */
  readonly pods: readonly Pod[];
  readonly volumes: ReadonlyMap<string, PersistentVolume>;
  readonly classes: readonly StorageClass[];
  readonly nodes: ReadonlyMap<string, Node>;
}

export function planClaim(snapshot: ClaimSnapshot): ClaimStep {
  const { claim, pods } = snapshot;
  const isProtected = claim.metadata.finalizers?.includes(claimProtectionFinalizer) === true;
  if (claim.metadata.deletionTimestamp !== undefined) {
    const inUse = pods.some((pod) => !isPodFinished(pod));
    return isProtected && !inUse ? { step: "unprotect" } : { step: "none" };
  }
  if (!isProtected) return { step: "protect" };
  return claim.status.phase === "Bound" || claim.spec.volumeName !== undefined
    ? planNamedVolume(snapshot, claim.spec.volumeName ?? "")
    : planUnbound(snapshot);
}

function planNamedVolume({ claim, volumes }: ClaimSnapshot, volumeName: string): ClaimStep {
  const volume = volumes.get(volumeName);
  if (volume === undefined) {
    if (claim.status.phase !== "Bound") return setPhase(claim, "Pending");
    return setPhase(claim, "Lost");
  }
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) {
    if (isReservedFor(volume, claim) || volume.spec.claimRef === undefined) return { step: "reserveVolume", volume };
    return claim.status.phase === "Bound" ? setPhase(claim, "Lost") : setPhase(claim, "Pending");
  }
  if (claim.status.phase === "Bound") return { step: "none" };
  const { accessModes, capacity } = volume.spec;
  const status = { phase: "Bound" as const, ...(accessModes && { accessModes }), ...(capacity && { capacity }) };
  return { step: "setStatus", status };
}

function planUnbound(snapshot: ClaimSnapshot): ClaimStep {
  const { claim, pods, volumes, nodes, classes } = snapshot;
  const mine = Array.from(volumes.values()).find((volume) => volume.spec.claimRef?.uid === claim.metadata.uid);
  if (mine !== undefined) return { step: "bindClaim", volume: mine };

  const className = claim.spec.storageClassName ?? defaultClassName(classes);
  const storageClass = classes.find(({ metadata }) => metadata.name === className);
  const node = nodes.get(
    pods.find((pod) => pod.spec.nodeName !== undefined && !isPodFinished(pod))?.spec.nodeName ?? "",
  );
  const waits = storageClass?.volumeBindingMode === "WaitForFirstConsumer";
  if (!waits || node !== undefined) {
    const volume = matchingVolume(claim, className ?? "", volumes.values(), node);
    if (volume !== undefined) return { step: "reserveVolume", volume };
  }
  if (claim.status.phase !== "Pending") return setPhase(claim, "Pending");
  if (storageClass === undefined) return explainMissingClass(className);
  if (storageClass.provisioner !== localProvisioner) {
    return warning(
      "ProvisioningFailed",
      `no volume fits, and nobody here makes volumes of "${storageClass.provisioner}"`,
    );
  }
  if (!waits) {
    return warning(
      "ProvisioningFailed",
      `storage class "${storageClass.metadata.name}" binds immediately, but a local volume needs its pod's board: set volumeBindingMode: WaitForFirstConsumer`,
    );
  }
  if (node === undefined) {
    const message = "waiting for first consumer to be created before binding";
    return { step: "explain", type: "Normal", reason: "WaitForFirstConsumer", message };
  }
  return { step: "createVolume", volume: localVolumeFor(claim, storageClass, node.metadata.name) };
}

/** The newest of the default classes, as in Kubernetes. */
function defaultClassName(classes: readonly StorageClass[]): string | undefined {
  const defaults = classes.filter(({ metadata }) => metadata.annotations?.[defaultClassAnnotation] === "true");
  defaults.sort((a, b) => ((a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? 1 : -1));
  return defaults[0]?.metadata.name;
}

function explainMissingClass(className: string | undefined): ClaimStep {
  if (className !== undefined && className !== "") {
    return warning("ProvisioningFailed", `storageclass.storage.k8s.io "${className}" not found`);
  }
  const message = "no persistent volumes available for this claim and no storage class is set";
  return { step: "explain", type: "Normal", reason: "FailedBinding", message };
}

function warning(reason: string, message: string): ClaimStep {
  return { step: "explain", type: "Warning", reason, message };
}

function setPhase(claim: PersistentVolumeClaim, phase: "Pending" | "Lost"): ClaimStep {
  return claim.status.phase === phase ? { step: "none" } : { step: "setStatus", status: { ...claim.status, phase } };
}

export type VolumeStep =
  | { readonly step: "none" }
  | { readonly step: "setPhase"; readonly phase: "Available" | "Bound" | "Released" }
  | { readonly step: "delete" }
  /** The volume's board is no more: nobody is left to remove its directory. */
  | { readonly step: "removeFinalizer"; readonly finalizer: string };

/** `claim` is the one the volume names, if it is still that very claim. */
export function planVolume(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim | undefined,
  boardExists: boolean,
): VolumeStep {
  const { claimRef } = volume.spec;
  const phase =
    claimRef === undefined || claimRef.uid === undefined ? "Available" : claim === undefined ? "Released" : "Bound";
  if (volume.status.phase !== phase) return { step: "setPhase", phase };
  const isLocal = volume.metadata.finalizers?.includes(localVolumeFinalizer) === true;
  if (volume.metadata.deletionTimestamp !== undefined) {
    return isLocal && phase !== "Bound" && !boardExists
      ? { step: "removeFinalizer", finalizer: localVolumeFinalizer }
      : { step: "none" };
  }
  const reclaims = phase === "Released" && volume.spec.persistentVolumeReclaimPolicy === "Delete";
  return reclaims && isLocal ? { step: "delete" } : { step: "none" };
}
