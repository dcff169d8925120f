/** Which pods can never be ended by their board, for the board is no more. */
import type { Pod } from "../../api/kinds/pod.ts";

/** Pods bound to nodes that do not exist. They are removed without a board's word: their containers are out of reach. */
export function planPodGc(pods: readonly Pod[], nodeNames: ReadonlySet<string>): readonly Pod[] {
  return pods.filter((pod) => pod.spec.nodeName !== undefined && !nodeNames.has(pod.spec.nodeName));
}
