/** Where a pod's files are on the board, and where its containers find them. */
import { join } from "node:path";
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { AgentContext } from "../agent-context.ts";
import type { RuntimeMount } from "../ports.ts";
import { prepareVolume, type VolumeRoom } from "../volumes/prepare-volume.ts";
import { clearContainerPlaces, containerPlaces, mountSubPath } from "../volumes/sub-path.ts";
import type { PodPlace } from "./downward.ts";
import { expand } from "./expand.ts";
import { configError } from "./step-error.ts";

/**
 * What the container finds where: its names in /etc, and its volumes, made or brought up to date on the way. Throws
 * `StepError` with what is missing.
 */
export async function mountsOf(
  pod: Pod,
  container: Container,
  variables: ReadonlyMap<string, string>,
  context: AgentContext,
): Promise<RuntimeMount[]> {
  const directory = podDirectory(pod.metadata.uid ?? "", context);
  const mounts: RuntimeMount[] = [
    { source: join(directory, "resolv.conf"), target: "/etc/resolv.conf", readOnly: false },
  ];
  // On the board's own network the board's own names hold, and the engine sees to them.
  if (pod.spec.hostNetwork !== true)
    mounts.push({ source: join(directory, "hosts"), target: "/etc/hosts", readOnly: false });
  const places = containerPlaces(directory, container.name);
  await clearContainerPlaces(places, context.mounts);
  for (const [index, { name, mountPath, readOnly, subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
    const volume = pod.spec.volumes?.find((one) => one.name === name);
    if (volume === undefined) throw configError(`the pod has no volume ${name}`);
    const source = await prepareVolume(pod, volume, context.slice(), podPlace(pod, context), volumeRoom(pod, context));
    const below = subPathExpr === undefined ? subPath : expand(subPathExpr, variables);
    const isFixed = volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI;
    mounts.push({
      source:
        below === undefined ? source : await mountSubPath(source, below, join(places, `${index}`), context.mounts),
      target: mountPath.startsWith("/") ? mountPath : `/${mountPath}`,
      readOnly: readOnly === true || isFixed !== undefined || volume.persistentVolumeClaim?.readOnly === true,
    });
  }
  // A volume that the pod itself mounts there takes the place of ours.
  return [...new Map(mounts.map((mount) => [mount.target, mount])).values()];
}

export function podDirectory(uid: string, context: AgentContext): string {
  return join(context.podsDirectory, uid);
}

/** Where the pod's volumes are kept. */
export function volumeRoom(pod: Pod, { mounts, tokens, volumesDirectory, podsDirectory }: AgentContext): VolumeRoom {
  return { mounts, tokens, volumesDirectory, podVolumes: join(podsDirectory, pod.metadata.uid ?? "", "volumes") };
}

/** The pod's surroundings, as its fields show them. */
export function podPlace(pod: Pod, context: AgentContext): PodPlace {
  const { hostAddress, allocatable } = context.board();
  const own = context.addresses.addressOf(pod.metadata.uid ?? "");
  return { hostAddress, allocatable, podAddress: pod.spec.hostNetwork === true ? hostAddress : own };
}
