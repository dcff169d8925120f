/** What happens to a fleet while it is not left in peace: one fault after the other, drawn by chance. */

import { goodLinks } from "./fault-network.ts";
import type { Fleet } from "./fleet.ts";
import { addVoter, handOver, removeVoter, removeVoterUnheard } from "./membership-faults.ts";
import {
  cutOnePair,
  cutOneWay,
  healLinks,
  isolateLeader,
  isolateOne,
  slanderLeader,
  splitInTwo,
  worsenLinks,
} from "./network-faults.ts";
import {
  crashAll,
  crashAllDuringWrite,
  crashDuringWrite,
  crashLeader,
  crashOne,
  freezeLeader,
  freezeOne,
  jumpClock,
  slowDisk,
  stallDisk,
  stopOne,
} from "./process-faults.ts";
import { crashAfterReplacing, crashAfterVote, loseLeaderAfterCommit } from "./timed-faults.ts";

/** Harms the fleet for a while. Power comes back and links heal by themselves, sooner or later. */
export async function harm(fleet: Fleet, durationMs: number): Promise<void> {
  const endMs = fleet.time.nowMs + durationMs;
  fleet.network.stragglerShare = fleet.pick([0, 0.05, 0.3]) ?? 0;
  while (fleet.time.nowMs < endMs) {
    await fleet.time.wait(200 + fleet.random.below(2_000));
    const fault = fleet.pick(faults);
    if (fault !== undefined) fault(fleet);
  }
}

/** Ends all of it. */
export function heal(fleet: Fleet): void {
  fleet.isHealed = true;
  fleet.ambushes.clear();
  fleet.network.healAll();
  fleet.network.quality = goodLinks;
  fleet.network.stragglerShare = 0;
  for (const voter of fleet.voters) {
    voter.slowDisk(1);
    voter.start();
  }
}

const faults: readonly ((fleet: Fleet) => void)[] = [
  crashOne,
  crashLeader,
  crashLeader,
  crashAll,
  crashDuringWrite,
  crashDuringWrite,
  crashAllDuringWrite,
  crashAfterVote,
  crashAfterReplacing,
  loseLeaderAfterCommit,
  loseLeaderAfterCommit,
  stopOne,
  freezeOne,
  freezeLeader,
  jumpClock,
  slowDisk,
  stallDisk,
  isolateLeader,
  isolateLeader,
  isolateOne,
  slanderLeader,
  splitInTwo,
  cutOneWay,
  cutOnePair,
  worsenLinks,
  worsenLinks,
  healLinks,
  healLinks,
  healLinks,
  addVoter,
  addVoter,
  removeVoter,
  removeVoterUnheard,
  handOver,
  handOver,
];
