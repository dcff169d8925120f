import { type AppliedFix, describeStep, type Finding } from "../../../doctor/finding.ts";
import type { HostRoot } from "../../../doctor/ports.ts";
import { messageOf } from "../../../lib/errors.ts";

/** Goes through the steps of a finding's fix; stops at the first that fails, and says so. */
export async function applyFix(root: HostRoot, { check, steps = [] }: Finding): Promise<AppliedFix> {
  const done: string[] = [];
  for (const step of steps) {
    done.push(describeStep(step));
    try {
      if (step.kind === "write") await root.write(step.path, step.text);
      else await root.run(step.command);
    } catch (error) {
      return { check, steps: done, failure: messageOf(error) };
    }
  }
  return { check, steps: done };
}
