/** Why a container has no log yet, or none of its past: told from the pod's status, in Kubernetes' words. */
import type { Pod } from "../../../api/kinds/pod.ts";
import { containerStatus } from "../find-container.ts";

const waitingWords: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

/** Undefined where there is a log to be read. */
export function logRefusal(pod: Pod, container: string, previous: boolean): string | undefined {
  const { name } = pod.metadata;
  const status = containerStatus(pod, container);
  const what = `container "${container}" in pod "${name}"`;
  if (status === undefined) return `${what} is not available`;
  const { waiting, running, terminated } = status.state;
  const last = status.lastState.terminated;
  if (previous) {
    return hasBeen(last?.containerID)
      ? undefined
      : `previous terminated container "${container}" in pod "${name}" not found`;
  }
  if (running !== undefined || hasBeen(terminated?.containerID) || hasBeen(last?.containerID)) return undefined;
  const reason = waiting?.reason ?? terminated?.reason;
  if (reason === undefined) return `${what} is waiting to start - no logs yet`;
  return `${what} is waiting to start: ${waitingWords[reason] ?? reason}`;
}

function hasBeen(containerId: string | undefined): boolean {
  return containerId !== undefined && containerId !== "";
}
