/** Makes a pod's volumes on the board, whatever they are made of. */
import { chmod, chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Volume, VolumeProjection } from "../../api/kinds/volume.ts";
import { quantityValue } from "../../api/meta/quantity.ts";
import type { PodPlace } from "../pod/downward.ts";
import type { Mounts } from "../ports.ts";
import type { SliceView } from "../slice/slice-view.ts";
import type { PodTokens } from "../tokens/pod-tokens.ts";
import { prepareHostPath } from "./host-path.ts";
import { boundVolume, preparePersistentVolume } from "./persistent-volume.ts";
import { publishFiles, readPublished } from "./publish-files.ts";
import { failedMount, volumeFiles } from "./volume-files.ts";

export interface VolumeRoom {
  readonly mounts: Mounts;
  readonly tokens: Pick<PodTokens, "current">;
  /** `<data directory>/pods/<uid>/volumes`, which exists. */
  readonly podVolumes: string;
  /** `<data directory>/volumes` */
  readonly volumesDirectory: string;
}

/**
 * Makes the volume, or brings its files up to date, and returns its path on the board. Idempotent.
 * Throws `StepError` (`FailedMount`) with what is missing.
 */
export async function prepareVolume(
  pod: Pod,
  volume: Volume,
  slice: SliceView,
  place: PodPlace,
  room: VolumeRoom,
): Promise<string> {
  const directory = join(room.podVolumes, volume.name);
  const group = pod.spec.securityContext.fsGroup;
  const tokens = await currentTokens(pod, volume, directory, room);
  const files = volumeFiles(pod, volume, slice, place, tokens);
  if (files !== undefined) {
    await mkdir(directory, { recursive: true });
    // The directories above are closed to everyone but root; this one is what a container's user must read.
    if (holdsSecrets(volume)) await room.mounts.mountMemory(directory, { sizeBytes: undefined, mode: "0755" });
    await publishFiles(directory, files, group);
    return directory;
  }
  if (volume.emptyDir !== undefined) return prepareEmptyDir(directory, volume.emptyDir, group, room);
  if (volume.hostPath !== undefined) {
    await prepareHostPath(volume.hostPath.path, volume.hostPath.type);
    return volume.hostPath.path;
  }
  if (volume.persistentVolumeClaim !== undefined) {
    const persistent = boundVolume(pod, volume.persistentVolumeClaim.claimName, slice);
    const path = await preparePersistentVolume(persistent, room.volumesDirectory);
    if (group !== undefined) await giveToGroup(path, group);
    return path;
  }
  throw failedMount(`volume ${volume.name}: this kind of volume is not served on boards`);
}

/** Whether the volume must be kept off the disk. */
function holdsSecrets(volume: Volume): boolean {
  const { secret, projected } = volume;
  const isSecret = (source: VolumeProjection) => (source.secret ?? source.serviceAccountToken) !== undefined;
  return secret !== undefined || (projected?.sources ?? []).some(isSecret);
}

/** By their paths in the volume; one that cannot be had is the one that is there, or missing until it can. */
async function currentTokens(
  pod: Pod,
  volume: Volume,
  directory: string,
  { tokens }: VolumeRoom,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { serviceAccountToken: source } of volume.projected?.sources ?? []) {
    if (source === undefined) continue;
    const held = await readPublished(directory, source.path);
    const token = await tokens.current(pod, volume.name, source, held);
    if (token !== undefined) found.set(source.path, token);
  }
  return found;
}

async function prepareEmptyDir(
  directory: string,
  { medium, sizeLimit }: NonNullable<Volume["emptyDir"]>,
  group: number | undefined,
  room: VolumeRoom,
): Promise<string> {
  const made = await mkdir(directory, { recursive: true });
  if (medium === "Memory") {
    const sizeBytes = sizeLimit === undefined ? undefined : quantityValue(sizeLimit);
    await room.mounts.mountMemory(directory, { sizeBytes, mode: "0777" });
  } else if (made !== undefined) await chmod(directory, 0o777);
  if (group !== undefined && (made !== undefined || medium === "Memory")) await giveToGroup(directory, group);
  return directory;
}

async function giveToGroup(directory: string, group: number): Promise<void> {
  await chown(directory, 0, group);
  await chmod(directory, 0o2777);
}
