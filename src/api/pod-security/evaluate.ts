/** Judges a pod by a level and version of the Pod Security Standards. */
import { baselineChecks } from "./baseline.ts";
import type { Check, JudgedPod, Violation } from "./check.ts";
import { restrictedChecks } from "./restricted.ts";

export const podSecurityLevels = ["privileged", "baseline", "restricted"] as const;

export interface PodSecurityPolicy {
  readonly level: (typeof podSecurityLevels)[number];
  /** A minor version of Kubernetes, or the newest standards that this server knows. */
  readonly version: number | "latest";
}

/** `restricted:latest`, `baseline:v1.28` */
export function policyText({ level, version }: PodSecurityPolicy): string {
  return `${level}:${version === "latest" ? version : `v1.${version}`}`;
}

/** All that the pod violates. */
export function podSecurityViolations(pod: JudgedPod, policy: PodSecurityPolicy): readonly Violation[] {
  return checksOf(policy).flatMap((check) => check.find(pod) ?? []);
}

/** In Kubernetes' words: `host namespaces (hostPID=true), privileged (…)`. */
export function violationsText(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => `${reason} (${detail})`).join(", ");
}

function checksOf({ level, version }: PodSecurityPolicy): readonly Check[] {
  if (level === "privileged") return [];
  const isKnown = ({ since }: Check) => version === "latest" || since <= version;
  const restricted = level === "restricted" ? restrictedChecks.filter(isKnown) : [];
  const overridden = new Set(restricted.flatMap(({ overrides = [] }) => overrides));
  return [...baselineChecks.filter((check) => isKnown(check) && !overridden.has(check.id)), ...restricted];
}
