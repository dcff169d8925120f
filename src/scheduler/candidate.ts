/** What filters and scores see: one pod to be placed, one board it might run on, and what runs there already. */
import type { Node } from "../api/kinds/node.ts";
import type { PersistentVolume } from "../api/kinds/persistent-volume.ts";
import type { Pod } from "../api/kinds/pod.ts";

export interface Candidate {
  readonly node: Node;
  /** Pods bound to the board that are not finished, those just bound by this scheduler among them. */
  readonly pods: readonly Pod[];
}

/** The pod with the volumes that its bound claims name, which may pin it to boards. */
export interface Placement {
  readonly pod: Pod;
  readonly volumes: readonly PersistentVolume[];
}

/** One reason for which a board may be out of the question. */
export interface Filter {
  readonly name: string;
  /** Whether the board may run the pod as far as this filter goes. */
  check(placement: Placement, candidate: Candidate): boolean;
  /** Why the board fails, in kubectl's words, as it appears after the number of boards it holds for. Several may apply. */
  explain(placement: Placement, candidate: Candidate): readonly string[];
}

/** How much better a fitting board is than the others, from 0 to 100. */
export interface Score {
  readonly name: string;
  readonly weight: number;
  rate(placement: Placement, candidate: Candidate): number;
}
