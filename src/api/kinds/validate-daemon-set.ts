/** What is wrong with a DaemonSet. */
import { type Cause, invalid, required } from "../validation/cause.ts";
import { immutable } from "../validation/object-meta.ts";
import { isZeroShare, validateNonnegative, validateShare } from "../validation/share.ts";
import type { DaemonSet } from "./daemon-set.ts";
import { validateSelectedTemplate } from "./validate-selected-template.ts";

export function validateDaemonSet({ spec }: DaemonSet): Cause[] {
  return [
    ...validateSelectedTemplate(spec, "daemonset", "DaemonSet"),
    ...validateNonnegative(spec.minReadySeconds, "spec.minReadySeconds"),
    ...validateNonnegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"),
    ...validateRollingUpdate(spec.updateStrategy.rollingUpdate),
  ];
}

type RollingUpdate = NonNullable<DaemonSet["spec"]["updateStrategy"]["rollingUpdate"]>;

function validateRollingUpdate(rollingUpdate: RollingUpdate | undefined): Cause[] {
  if (rollingUpdate === undefined) return [];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const path = "spec.updateStrategy.rollingUpdate";
  const causes = [
    ...validateShare(maxUnavailable, `${path}.maxUnavailable`),
    ...validateShare(maxSurge, `${path}.maxSurge`),
  ];
  if (isZeroShare(maxUnavailable) && isZeroShare(maxSurge))
    causes.push(required(`${path}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  if (!isZeroShare(maxUnavailable) && !isZeroShare(maxSurge))
    causes.push(invalid(`${path}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero"));
  return causes;
}

export function validateDaemonSetUpdate(next: DaemonSet, current: DaemonSet): Cause[] {
  return immutable("spec.selector", next.spec.selector, current.spec.selector);
}
