/** What a board must have before `run` begins: the doctor's requirements, one line a want. */
import { checkRequirements } from "../doctor/checks/requirements.ts";
import type { RequirementFacts } from "../doctor/facts.ts";

/** In the order in which they should be mended; empty for a board that may run. */
export function wantsOf(facts: RequirementFacts): readonly string[] {
  return checkRequirements(facts).map(({ what, fix }) => `${what}: ${fix}`);
}
