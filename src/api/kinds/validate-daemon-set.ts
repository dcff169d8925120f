/** What is wrong with a DaemonSet. */
import { type IntOrString, scaledValue } from "../meta/int-or-string.ts";
import { matchesLabelSelector } from "../selectors/label-selector.ts";
import { type Cause, forbidden, invalid, notSupported, required } from "../validation/cause.ts";
import { validateLabelSelector } from "../validation/label-selector.ts";
import { immutable, validateLabelsAndAnnotations } from "../validation/object-meta.ts";
import type { DaemonSet } from "./daemon-set.ts";
import { validatePodSpec } from "./validate-pod-spec.ts";

export function validateDaemonSet({ spec }: DaemonSet): Cause[] {
  const { selector, template } = spec;
  const causes = validateLabelSelector(selector, "spec.selector");
  if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0)
    causes.push(invalid("spec.selector", selector, "empty selector is invalid for daemonset"));
  else if (!matchesLabelSelector(selector, template.metadata.labels))
    causes.push(
      invalid(
        "spec.template.metadata.labels",
        template.metadata.labels ?? {},
        "`selector` does not match template `labels`",
      ),
    );
  causes.push(
    ...validateLabelsAndAnnotations(template.metadata, "spec.template.metadata"),
    ...validatePodSpec(template.spec, "spec.template.spec"),
  );
  if (template.spec.restartPolicy !== "Always")
    causes.push(notSupported("spec.template.spec.restartPolicy", template.spec.restartPolicy, ["Always"]));
  if (template.spec.activeDeadlineSeconds !== undefined)
    causes.push(
      forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in DaemonSet is not Supported"),
    );
  for (const field of ["minReadySeconds", "revisionHistoryLimit"] as const) {
    const value = spec[field] ?? 0;
    if (value < 0) causes.push(invalid(`spec.${field}`, value, "must be greater than or equal to 0"));
  }
  causes.push(...validateRollingUpdate(spec.updateStrategy.rollingUpdate));
  return causes;
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
  if (isZero(maxUnavailable) && isZero(maxSurge))
    causes.push(required(`${path}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  if (!isZero(maxUnavailable) && !isZero(maxSurge))
    causes.push(invalid(`${path}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero"));
  return causes;
}

function validateShare(value: IntOrString, path: string): Cause[] {
  const share = scaledValue(value, 100, "up");
  if (share === undefined)
    return [
      invalid(
        path,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%' or '93%')",
      ),
    ];
  if (share < 0) return [invalid(path, value, "must be greater than or equal to 0")];
  return typeof value === "string" && share > 100 ? [invalid(path, value, "must not be greater than 100%")] : [];
}

function isZero(value: IntOrString): boolean {
  return scaledValue(value, 100, "up") === 0;
}

export function validateDaemonSetUpdate(next: DaemonSet, current: DaemonSet): Cause[] {
  return immutable("spec.selector", next.spec.selector, current.spec.selector);
}
