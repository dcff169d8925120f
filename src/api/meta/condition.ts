/** Conditions of a status: named facts with the time since which they hold. */
import { z } from "zod";
import { define, definitionPrefix, int64, requiredText, text } from "./schema.ts";
import { time } from "./time.ts";

export const conditionStatusSchema = z.enum(["True", "False", "Unknown"]);
export type ConditionStatus = z.infer<typeof conditionStatusSchema>;

/** The form of a condition that newer kinds share. */
export const conditionSchema = define(
  `${definitionPrefix.machinery}.Condition`,
  "A fact about an object.",
  {
    type: requiredText,
    status: conditionStatusSchema,
    observedGeneration: int64,
    lastTransitionTime: time,
    reason: text,
    message: text,
  },
  { lastTransitionTime: "Since when the fact holds.", reason: "Why, in one word for programs." },
);

interface Condition {
  type: string;
  status: ConditionStatus;
  lastTransitionTime?: string | undefined;
}

export function findCondition<C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the condition is there and `True`. */
export function isConditionTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === "True";
}

/**
 * The conditions with `next` in the place of its predecessor, or at the end. The time of transition is `now` where the
 * status changed and stays what it was otherwise.
 */
export function withCondition<C extends Condition>(conditions: readonly C[] | undefined, next: C, now: string): C[] {
  const known = conditions ?? [];
  const previous = findCondition(known, next.type);
  const lastTransitionTime = previous?.status === next.status ? (previous.lastTransitionTime ?? now) : now;
  const stamped = { ...next, lastTransitionTime };
  if (previous === undefined) return [...known, stamped];
  return known.map((condition) => (condition.type === next.type ? stamped : condition));
}
