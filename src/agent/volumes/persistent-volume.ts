/** PersistentVolumes on the board: directories of ours that outlive pods, and paths that a person prepared. */
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { SliceView } from "../slice/slice-view.ts";
import { prepareHostPath } from "./host-path.ts";
import { failedMount } from "./volume-files.ts";

/** What provisioned volumes write for the data directory, which boards may keep elsewhere. */
const provisionedBelow = "/var/lib/bramble/volumes/";

/** The volume that serves the claim. Throws `StepError` (`FailedMount`) while none does. */
export function boundVolume(pod: Pod, claimName: string, slice: SliceView): PersistentVolume {
  const namespace = pod.metadata.namespace ?? "";
  const claim = slice.claim(namespace, claimName);
  if (claim === undefined) throw failedMount(`persistentvolumeclaim "${claimName}" not found`);
  const { volumeName } = claim.spec;
  if (volumeName === undefined) throw failedMount(`persistentvolumeclaim "${claimName}" is not bound yet`);
  const volume = slice.persistentVolume(volumeName);
  if (volume === undefined) throw failedMount(`persistentvolume "${volumeName}" of claim "${claimName}" not found`);
  const { claimRef } = volume.spec;
  if (claimRef?.namespace !== namespace || claimRef.name !== claimName) {
    throw failedMount(`persistentvolume "${volumeName}" belongs to another claim than "${claimName}"`);
  }
  return volume;
}

/** Makes the volume's directory on first use and returns its path. */
export async function preparePersistentVolume(volume: PersistentVolume, volumesDirectory: string): Promise<string> {
  const own = ownDirectory(volume, volumesDirectory);
  if (own !== undefined) {
    const made = await mkdir(own, { recursive: true });
    if (made !== undefined) await chmod(own, 0o777);
    return own;
  }
  const { local, hostPath } = volume.spec;
  if (local !== undefined) {
    await prepareHostPath(local.path, "Directory");
    return local.path;
  }
  if (hostPath === undefined)
    throw failedMount(`persistentvolume "${volume.metadata.name}": only local and hostPath are served`);
  await prepareHostPath(hostPath.path, hostPath.type);
  return hostPath.path;
}

/** Removes the directory of a volume that is being deleted; false where it is none of ours. */
export async function removePersistentVolume(volume: PersistentVolume, volumesDirectory: string): Promise<boolean> {
  const own = ownDirectory(volume, volumesDirectory);
  if (own === undefined) return false;
  await rm(own, { recursive: true, force: true });
  return true;
}

/** A provisioned volume's directory has one plain name below the volumes directory: nothing else is ever removed. */
function ownDirectory(volume: PersistentVolume, volumesDirectory: string): string | undefined {
  const path = volume.spec.local?.path;
  if (path === undefined) return undefined;
  const name = path.startsWith(provisionedBelow) ? path.slice(provisionedBelow.length) : path;
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? join(volumesDirectory, name) : undefined;
}
