/** What is wrong with a Deployment. */
import { type Cause, forbidden, invalid } from "../../validation/cause.ts";
import { immutable } from "../../validation/object-meta.ts";
import { isZeroShare, validateNonnegative, validateShare, validateSurplus } from "../../validation/share.ts";
import { validateSelectedTemplate } from "../validate-selected-template.ts";
import type { Deployment } from "./deployment.ts";
import type { DeploymentSpec } from "./deployment-spec.ts";

export function validateDeployment({ spec }: Deployment): Cause[] {
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec;
  const causes = [
    ...validateNonnegative(spec.replicas, "spec.replicas"),
    ...validateSelectedTemplate(spec, "deployment", "ReplicaSet"),
    ...validateStrategy(spec),
    ...validateNonnegative(minReadySeconds, "spec.minReadySeconds"),
    ...validateNonnegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"),
    ...validateNonnegative(progressDeadlineSeconds, "spec.progressDeadlineSeconds"),
  ];
  if (progressDeadlineSeconds <= minReadySeconds)
    causes.push(
      invalid("spec.progressDeadlineSeconds", progressDeadlineSeconds, "must be greater than minReadySeconds"),
    );
  return causes;
}

function validateStrategy({ strategy: { type, rollingUpdate } }: DeploymentSpec): Cause[] {
  if (rollingUpdate === undefined) return [];
  const path = "spec.strategy.rollingUpdate";
  if (type === "Recreate") return [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const causes = [
    ...validateShare(maxUnavailable, `${path}.maxUnavailable`),
    ...validateSurplus(maxSurge, `${path}.maxSurge`),
  ];
  if (isZeroShare(maxUnavailable) && isZeroShare(maxSurge))
    causes.push(invalid(`${path}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0"));
  return causes;
}

export function validateDeploymentUpdate(next: Deployment, current: Deployment): Cause[] {
  return immutable("spec.selector", next.spec.selector, current.spec.selector);
}
