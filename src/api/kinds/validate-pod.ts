/** What is wrong with a pod, and what of it may not change. */
import { sameJson } from "../../lib/same-json.ts";
import { type Cause, forbidden } from "../validation/cause.ts";
import type { Container } from "./container.ts";
import type { Pod } from "./pod.ts";
import type { PodSpec } from "./pod-spec.ts";
import { validatePodSpec } from "./validate-pod-spec.ts";

export function validatePod({ spec }: Pod): Cause[] {
  return validatePodSpec(spec, "spec");
}

/** A pod is bound and run once; what it is stays, but for what a running pod can take up. */
export function validatePodUpdate(next: Pod, current: Pod): Cause[] {
  const causes: Cause[] = [];
  if (!sameJson(withoutMutable(next.spec), withoutMutable(current.spec)))
    causes.push(
      forbidden(
        "spec",
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
      ),
    );
  const kept = current.spec.tolerations ?? [];
  const missing = kept.filter(
    (old) => !(next.spec.tolerations ?? []).some((toleration) => isExtension(toleration, old)),
  );
  if (missing.length > 0)
    causes.push(forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
  const deadline = current.spec.activeDeadlineSeconds;
  const nextDeadline = next.spec.activeDeadlineSeconds;
  if (deadline !== undefined && (nextDeadline === undefined || nextDeadline > deadline))
    causes.push(forbidden("spec.activeDeadlineSeconds", "may only be shortened"));
  return causes;
}

function isExtension(toleration: object, old: object): boolean {
  return sameJson({ ...toleration, tolerationSeconds: undefined }, { ...old, tolerationSeconds: undefined });
}

function withoutMutable(spec: PodSpec): object {
  const { activeDeadlineSeconds: _, tolerations: __, ephemeralContainers: ___, schedulingGates: ____, ...rest } = spec;
  return {
    ...rest,
    containers: withoutImages(spec.containers),
    initContainers: withoutImages(spec.initContainers ?? []),
  };
}

function withoutImages(containers: readonly Container[]): object[] {
  return containers.map(({ image: _, ...container }) => container);
}
