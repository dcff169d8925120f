/** Prefers boards that run few pods of the same owner, so that one board's end takes few of them along. */
import { controllerOf } from "../../api/meta/owner.ts";
import type { Score } from "../candidate.ts";

export const spreadByOwner: Score = {
  name: "spread-by-owner",
  weight: 2,
  rate({ pod }, { pods }) {
    const owner = controllerOf(pod)?.uid;
    if (owner === undefined) return 0;
    const siblings = pods.filter((other) => controllerOf(other)?.uid === owner).length;
    return 100 / (1 + siblings);
  },
};
