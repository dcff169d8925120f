import type { Pod } from "../../api/kinds/pod.ts";
import { podStatusText, readyCount, restartCount } from "../../api/kinds/pod-columns.ts";
import { controllerOf } from "../../api/meta/owner.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { PodTelemetry } from "../../api/telemetry/workload-telemetry.ts";

export function podTelemetry(pod: Pod): PodTelemetry {
  const { metadata, spec, status } = pod;
  const message = messageOf(pod);
  const owner = podOwner(pod);
  return {
    uid: metadata.uid ?? "",
    phase: status.phase ?? "Unknown",
    status: podStatusText(pod),
    ...(message !== undefined && { message }),
    ...(spec.nodeName !== undefined && { node: spec.nodeName }),
    ...(status.podIP !== undefined && { address: status.podIP }),
    containers: spec.containers.map(({ name, image = "" }) => ({ name, image })),
    ready: readyCount(pod),
    restarts: restartCount(pod),
    ...(owner !== undefined && { owner }),
    created: metadata.creationTimestamp ?? formatTime(0),
  };
}

const plurals: Readonly<Record<string, string>> = {
  DaemonSet: "daemonsets",
  StatefulSet: "statefulsets",
  Job: "jobs",
  ReplicaSet: "replicasets",
};

/** The workload that a person made: a ReplicaSet that is a Deployment's stands for that one. */
export function podOwner(pod: Pod): { readonly resource: string; readonly name: string } | undefined {
  const owner = controllerOf(pod);
  const resource = owner === undefined ? undefined : plurals[owner.kind];
  if (owner === undefined || resource === undefined) return undefined;
  const suffix = `-${pod.metadata.labels?.["pod-template-hash"] ?? ""}`;
  if (resource === "replicasets" && suffix !== "-" && owner.name.endsWith(suffix)) {
    return { resource: "deployments", name: owner.name.slice(0, -suffix.length) };
  }
  return { resource, name: owner.name };
}

/** The first that something has to say about what went wrong. */
function messageOf({ status }: Pod): string | undefined {
  if (status.message !== undefined && status.message !== "") return status.message;
  for (const { state } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const message = state.waiting?.message ?? state.terminated?.message;
    if (message !== undefined && message !== "") return message;
  }
  const unscheduled = status.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  return unscheduled?.message === "" ? undefined : unscheduled?.message;
}
