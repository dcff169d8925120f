/** Boards that lose power, processes that end or stand still, disks that are slow and clocks that are wrong. */
import type { Fleet } from "./fleet.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

const hourMs = 3_600_000;

export function crashOne(fleet: Fleet): void {
  crash(fleet, fleet.pick(fleet.voters));
}

export function crashLeader(fleet: Fleet): void {
  crash(fleet, fleet.leader());
  fleet.sightings.sometimes("the leader lost power");
}

export function crashAll(fleet: Fleet): void {
  for (const voter of fleet.voters) crash(fleet, voter);
  fleet.sightings.sometimes("all voters lost power at once");
}

export function crashDuringWrite(fleet: Fleet): void {
  const voter = fleet.pick(fleet.voters);
  voter?.duringNextWrite(() => crash(fleet, voter));
  fleet.sightings.sometimes("a voter lost power during a write");
}

/** Those that come back first may lead on without the one that had the most. */
export function crashAllDuringWrite(fleet: Fleet): void {
  fleet.pick(fleet.voters)?.duringNextWrite(() => crashAll(fleet));
}

/** Back in an instant, as after a fault of the program, or later than an election takes. */
export function crash(fleet: Fleet, voter: SimulatedVoter | undefined, backWithinMs?: number): void {
  // A fault that was prepared earlier may come too late.
  if (voter === undefined || fleet.isHealed) return;
  voter.crash();
  const awayMsMax = backWithinMs ?? (fleet.random.below(3) === 0 ? 300 : 5_000);
  fleet.time.after(fleet.random.below(awayMsMax), () => {
    if (fleet.voters.includes(voter)) voter.start();
  });
}

export function stopOne(fleet: Fleet): void {
  const voter = fleet.pick(fleet.voters);
  if (voter?.store === undefined || voter.isFrozen) return;
  fleet.run(
    voter.stop().then(() => {
      fleet.time.after(fleet.random.below(2_000), () => fleet.voters.includes(voter) && voter.start());
    }),
  );
  fleet.sightings.sometimes("a voter ended in an orderly way");
}

export function freezeOne(fleet: Fleet): void {
  fleet.pick(fleet.voters)?.freeze(fleet.random.below(4_000));
  fleet.sightings.sometimes("a voter stood still for a while");
}

/** It goes on with what it held true when somebody else may lead already. */
export function freezeLeader(fleet: Fleet): void {
  fleet.leader()?.freeze(1_000 + fleet.random.below(3_000));
  fleet.sightings.sometimes("the leader stood still for a while");
}

export function jumpClock(fleet: Fleet): void {
  fleet.pick(fleet.voters)?.jumpClock(hourMs * (2 * fleet.random.next() - 1));
  fleet.sightings.sometimes("a clock jumped");
}

export function stallDisk(fleet: Fleet): void {
  fleet.pick(fleet.voters)?.stallDisk(fleet.random.below(3_000));
}

/** A card that wears out. */
export function slowDisk(fleet: Fleet): void {
  fleet.pick(fleet.voters)?.slowDisk(2 + fleet.random.below(30));
  fleet.sightings.sometimes("a disk became slow");
}
