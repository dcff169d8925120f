/** Which taints of a node a pod bears. */
import type { TaintEffect, Toleration } from "../kinds/affinity.ts";
import type { Taint } from "../kinds/taint.ts";

/** Whether the toleration bears the taint. Absent keys and effects match every one. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false;
  if (toleration.key !== undefined && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  return toleration.key !== undefined && (toleration.value ?? "") === (taint.value ?? "");
}

/** The first taint with one of the effects that no toleration bears. */
export function untoleratedTaint(
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[] | undefined,
  effects: readonly TaintEffect[],
): Taint | undefined {
  return (taints ?? []).find(
    (taint) =>
      effects.includes(taint.effect) && !(tolerations ?? []).some((toleration) => toleratesTaint(toleration, taint)),
  );
}

/** Whether every taint with one of the effects is borne. */
export function toleratesTaints(
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[] | undefined,
  effects: readonly TaintEffect[],
): boolean {
  return untoleratedTaint(tolerations, taints, effects) === undefined;
}
