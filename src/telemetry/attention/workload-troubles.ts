/** What may be wrong with what runs. Pure. */
import type { Pod } from "../../api/kinds/pod.ts";
import { restartCount } from "../../api/kinds/pod-columns.ts";
import { findCondition } from "../../api/meta/condition.ts";
import type { WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";
import { failureOf } from "../topics/pod-trouble.ts";
import type { Trouble } from "./plan.ts";

export interface WorkloadState {
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** That of Deployments says when a rollout makes no progress. */
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string | undefined;
  }[];
}

/** A container may well fail once or twice while what it needs comes up. */
const restartsMin = 3;

export function podTrouble(pod: Pod): Trouble | undefined {
  const { name, namespace = "", deletionTimestamp } = pod.metadata;
  const reason = failureOf(pod);
  if (reason === undefined || deletionTimestamp !== undefined) return undefined;
  const isCrashing = reason === "CrashLoopBackOff";
  if (isCrashing && restartCount(pod) < restartsMin) return undefined;
  const since = findCondition(pod.status.conditions, "Ready")?.lastTransitionTime;
  return {
    severity: "warning",
    title: isCrashing ? `${namespace}/${name} crashes again and again` : `${namespace}/${name} cannot start: ${reason}`,
    advice: isCrashing
      ? `See what it said last: bramble logs -n ${namespace} ${name} --previous`
      : `See why: bramble describe -n ${namespace} pod ${name}`,
    ...(pod.spec.nodeName !== undefined && { node: pod.spec.nodeName }),
    namespace,
    kind: "Pod",
    name,
    ...(since !== undefined && { since }),
  };
}

export function rolloutTrouble(workload: WorkloadState, said: WorkloadTelemetry): Trouble | undefined {
  const { namespace, name, kind, resource, conditions } = workload;
  const failed = said.boards?.filter(({ state }) => state === "failed").map(({ node }) => node) ?? [];
  const isOverdue = conditions.some(
    ({ type, status, reason }) => type === "Progressing" && status === "False" && reason === "ProgressDeadlineExceeded",
  );
  if (said.complete || (failed.length === 0 && !isOverdue)) return undefined;
  const where =
    failed.length === 0 ? "" : ` on ${failed.slice(0, 3).join(", ")}${failed.length > 3 ? " and others" : ""}`;
  return {
    severity: "warning",
    title: `The rollout of ${namespace}/${name} is stuck${where}`,
    advice: `See why, or go back: bramble rollout undo -n ${namespace} ${resource}/${name}`,
    namespace,
    kind,
    name,
  };
}
