/** `bramble doctor`: looks at this board, mends what is safe to mend, and looks again. */
import { join } from "node:path";
import { serviceCidr } from "../api/service-allocation/ranges.ts";
import type { DoctorOptions } from "../cli/cli-actions.ts";
import { examine } from "../doctor/examine.ts";
import { type AppliedFix, type DoctorReport, describeStep } from "../doctor/finding.ts";
import type { HostRoot } from "../doctor/ports.ts";
import { applyFix } from "../platform/host/doctor/apply-fix.ts";
import { directoryRoot } from "../platform/host/doctor/directory-root.ts";
import { gatherHostFacts } from "../platform/host/doctor/gather-host-facts.ts";
import { clockFloorFile, parseClockFloor } from "../platform/host/fleet-directory.ts";
import { type Surroundings, thisProcess } from "../platform/host/requirement-facts.ts";
import { systemClock } from "../platform/host/system-clock.ts";
import { clockFloorMs } from "../platform/pki/validity.ts";

/** The board that is looked at; this machine, unless a test says otherwise. */
export interface Patient {
  readonly root: HostRoot;
  readonly surroundings: Surroundings;
  nowMs(): number;
}

const thisMachine: Patient = { root: directoryRoot("/"), surroundings: thisProcess, nowMs: systemClock.nowMs };

/** Changes nothing unless `fix` is asked for; what has been fixed once is not fixed again. */
export async function examineBoard(
  { dataDir, name, ports, podCidr, fix }: DoctorOptions,
  progress: (line: string) => void,
  { root, surroundings, nowMs }: Patient = thisMachine,
): Promise<DoctorReport> {
  const wanted = { dataDir, name, ports, podCidr, serviceCidr };
  const floorMs = async () => {
    const text = await root.text(join(dataDir, clockFloorFile));
    return Math.max(clockFloorMs, (text === undefined ? undefined : parseClockFloor(text)) ?? 0);
  };
  const look = async () =>
    examine(await gatherHostFacts(root, { wanted, nowMs: nowMs(), floorMs: await floorMs() }, surroundings));
  const before = await look();
  if (!fix) return { findings: before, applied: [] };
  const applied: AppliedFix[] = [];
  for (const finding of before) {
    if (finding.steps === undefined) continue;
    progress(`${finding.check}: ${finding.steps.map(describeStep).join("; ")}`);
    applied.push(await applyFix(root, finding));
  }
  return { findings: applied.length === 0 ? before : await look(), applied };
}
