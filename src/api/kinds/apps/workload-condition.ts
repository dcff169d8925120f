/** Conditions of workloads: alike but for their names and what times they keep. */
import { conditionStatusSchema } from "../../meta/condition.ts";
import { define, mergeList, requiredText, text } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";

/** `definition` names the condition: `io.k8s.api.apps.v1.ReplicaSetCondition`. */
export function workloadConditions(definition: string) {
  const condition = define(definition, "A fact about a workload.", {
    type: requiredText,
    status: conditionStatusSchema,
    lastTransitionTime: time,
    reason: text,
    message: text,
  });
  return mergeList(condition, "type").optional();
}
