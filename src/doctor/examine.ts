/** All that the doctor looks at, in the order in which it should be mended. */
import { checkClock } from "./checks/clock.ts";
import { checkEngine } from "./checks/engine.ts";
import { checkHardware } from "./checks/hardware.ts";
import { checkIdentity } from "./checks/identity.ts";
import { checkKernel } from "./checks/kernel.ts";
import { checkNetwork } from "./checks/network.ts";
import { checkRequirements } from "./checks/requirements.ts";
import { checkStorage } from "./checks/storage.ts";
import type { HostFacts } from "./facts.ts";
import type { Finding, Severity } from "./finding.ts";

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Pure: the same facts always yield the same findings, the gravest first. */
export function examine(facts: HostFacts): readonly Finding[] {
  const requirements = checkRequirements(facts.requirements);
  // On another system the rest was not read off this kernel.
  if (facts.requirements.platform !== "linux") return requirements;
  const rest = [checkKernel, checkEngine, checkClock, checkStorage, checkNetwork, checkHardware, checkIdentity];
  return [...requirements, ...rest.flatMap((check) => check(facts))].toSorted(
    (one, other) => rank[one.severity] - rank[other.severity],
  );
}
