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

/** The taints that no toleration bears. */
export function untoleratedTaints(
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[] | undefined,
): Taint[] {
  return (taints ?? []).filter((taint) => !(tolerations ?? []).some((toleration) => toleratesTaint(toleration, taint)));
}

/** Whether every taint with one of the effects is borne. */
export function toleratesTaints(
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[] | undefined,
  effects: readonly TaintEffect[],
): boolean {
  return !untoleratedTaints(tolerations, taints).some(({ effect }) => effects.includes(effect));
}
