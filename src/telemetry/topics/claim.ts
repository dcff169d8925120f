import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import { quantityValue } from "../../api/meta/quantity.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { ClaimTelemetry } from "../../api/telemetry/workload-telemetry.ts";
import { ownValue } from "../../lib/own-value.ts";

const boardLabel = "bramble.io/board";

/** `volume` is the one that the claim names, if it is there. */
export function claimTelemetry(claim: PersistentVolumeClaim, volume: PersistentVolume | undefined): ClaimTelemetry {
  const { metadata, spec, status } = claim;
  const capacity = status.capacity === undefined ? undefined : ownValue(status.capacity, "storage");
  const node = volume?.metadata.labels?.[boardLabel];
  return {
    phase: status.phase ?? "Pending",
    ...(spec.volumeName !== undefined && { volume: spec.volumeName }),
    ...(capacity !== undefined && { capacityBytes: quantityValue(capacity) }),
    ...(spec.storageClassName !== undefined && { storageClass: spec.storageClassName }),
    ...(node !== undefined && { node }),
    created: metadata.creationTimestamp ?? formatTime(0),
  };
}
