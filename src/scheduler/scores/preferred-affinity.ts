/** Prefers boards that meet more of the pod's own preferences. */
import { nodePreference } from "../../api/scheduling/node-affinity.ts";
import type { Score } from "../candidate.ts";

export const preferredAffinity: Score = {
  name: "preferred-affinity",
  weight: 2,
  rate: ({ pod }, { node }) => Math.min(100, nodePreference(pod.spec, node)),
};
