/** Prefers boards that run few pods of the same owner, so that one board's end takes few of them along. */
import type { Pod } from "../../api/kinds/pod.ts";
import type { Score } from "../candidate.ts";

export const spreadByOwner: Score = {
  name: "spread-by-owner",
  weight: 2,
  rate({ pod }, { pods }) {
    const owner = controllerUid(pod);
    if (owner === undefined) return 0;
    const siblings = pods.filter((other) => controllerUid(other) === owner).length;
    return 100 / (1 + siblings);
  },
};

function controllerUid(pod: Pod): string | undefined {
  return pod.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
}
