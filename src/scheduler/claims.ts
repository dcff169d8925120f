/** What a pod's claims mean for its place: volumes that pin it, or reasons to wait. */
import type { PersistentVolume } from "../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { StorageClass } from "../api/kinds/storage-class.ts";

export interface ClaimLookup {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** The class a claim without a volume asks for, the default one where it names none. */
  storageClass(name: string | undefined): StorageClass | undefined;
}

export type ClaimsDecision =
  | { readonly kind: "volumes"; readonly volumes: readonly PersistentVolume[] }
  | { readonly kind: "wait"; readonly message: string };

/** A claim that waits for its first consumer lets the pod go anywhere: its volume is made where the pod goes. */
export function claimsOf(pod: Pod, lookup: ClaimLookup): ClaimsDecision {
  const volumes: PersistentVolume[] = [];
  const namespace = pod.metadata.namespace ?? "";
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = lookup.claim(namespace, claimName);
    if (claim === undefined) return { kind: "wait", message: `persistentvolumeclaim "${claimName}" not found.` };
    if (claim.metadata.deletionTimestamp !== undefined) {
      return { kind: "wait", message: `persistentvolumeclaim "${claimName}" is being deleted.` };
    }
    const { volumeName, storageClassName } = claim.spec;
    if (volumeName !== undefined) {
      const volume = lookup.volume(volumeName);
      if (volume === undefined) return { kind: "wait", message: `persistentvolume "${volumeName}" not found.` };
      volumes.push(volume);
    } else if (lookup.storageClass(storageClassName)?.volumeBindingMode !== "WaitForFirstConsumer") {
      return { kind: "wait", message: "pod has unbound immediate PersistentVolumeClaims." };
    }
  }
  return { kind: "volumes", volumes };
}
