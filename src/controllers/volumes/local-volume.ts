/** The volume that is made for a claim: a directory of one board. */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { StorageClass } from "../../api/kinds/storage-class.ts";
import { ownValue } from "../../lib/own-value.ts";
import { boardLabel, localProvisioner, localVolumeFinalizer, provisionedByAnnotation } from "./names.ts";

/** Named after the claim's uid: the same claim never gets two. `spec.local.path` names the directory among the board's volumes. */
export function localVolumeFor(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  board: string,
): PersistentVolume {
  const { name, namespace, uid } = claim.metadata;
  const volumeName = `pvc-${uid ?? ""}`;
  const storage = ownValue(claim.spec.resources.requests, "storage");
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volumeName,
      labels: { [boardLabel]: board },
      annotations: { [provisionedByAnnotation]: localProvisioner },
      finalizers: [localVolumeFinalizer],
    },
    spec: {
      ...(storage !== undefined && { capacity: { storage } }),
      accessModes: claim.spec.accessModes ?? ["ReadWriteOnce"],
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name,
        ...(namespace && { namespace }),
        ...(uid && { uid }),
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode,
      local: { path: volumeName },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [board] }] },
          ],
        },
      },
    },
    status: {},
  };
}
