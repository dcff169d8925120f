/** What a pod's status means, in the words that several rooms need. */
import { isConditionTrue } from "../meta/condition.ts";
import type { Container } from "./container.ts";
import type { Pod } from "./pod.ts";

export function isPodReady(pod: Pod): boolean {
  return isConditionTrue(pod.status.conditions, "Ready");
}

/** Whether all containers have ended for good. */
export function isPodFinished(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

/** An init container that keeps running beside the pod's containers. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** How much of what the pod may use it is promised: decides which pod ends first when memory runs out. */
export function qosClassOf({ spec }: Pick<Pod, "spec">): "Guaranteed" | "Burstable" | "BestEffort" {
  let isGuaranteed = true;
  let isBestEffort = true;
  for (const { resources } of [...(spec.initContainers ?? []), ...spec.containers])
    for (const name of ["cpu", "memory"] as const) {
      const request = amount(resources.requests, name);
      const limit = amount(resources.limits, name);
      if (request !== undefined || limit !== undefined) isBestEffort = false;
      if (limit === undefined || request !== limit) isGuaranteed = false;
    }
  if (isBestEffort) return "BestEffort";
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

function amount(list: Readonly<Record<string, string>> | undefined, name: "cpu" | "memory"): string | undefined {
  const text = list?.[name];
  return text === "0" ? undefined : text;
}
