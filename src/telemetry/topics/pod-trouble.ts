import type { Pod } from "../../api/kinds/pod.ts";

/** Reasons for which a container waits that do not pass by themselves. */
const failures: ReadonlySet<string> = new Set([
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "ErrImagePull",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/** Why the first of the pod's containers that cannot run does not; undefined where none is in such trouble. */
export function failureOf({ status }: Pod): string | undefined {
  for (const { state } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const reason = state.waiting?.reason;
    if (reason !== undefined && failures.has(reason)) return reason;
  }
  return undefined;
}

export function isFailing(pod: Pod): boolean {
  return pod.status.phase === "Failed" || failureOf(pod) !== undefined;
}
