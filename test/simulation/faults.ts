/** What happens to a fleet while it is not left in peace: one fault after the other, drawn by chance. */
import { NoLeaderError, OutcomeUnknownError } from "../../src/replication/ports.ts";
import type { Fleet } from "./fleet.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

/** Harms the fleet for a while. Power comes back and links heal by themselves, sooner or later. */
export async function harm(fleet: Fleet, durationMs: number): Promise<void> {
  const endMs = fleet.time.nowMs + durationMs;
  while (fleet.time.nowMs < endMs) {
    await fleet.time.wait(200 + fleet.random.below(2_000));
    const fault = fleet.pick(faults);
    if (fault !== undefined) fault(fleet);
  }
}

/** Ends all of it. */
export function heal(fleet: Fleet): void {
  fleet.isHealed = true;
  fleet.network.healAll();
  fleet.network.quality = { lossShare: 0, duplicateShare: 0, delayMsMax: 3 };
  for (const voter of fleet.voters) voter.start();
}

type Fault = (fleet: Fleet) => void;

const faults: readonly Fault[] = [
  crashOne,
  crashOne,
  crashLeader,
  crashAll,
  crashDuringWrite,
  crashDuringWrite,
  crashAllDuringWrite,
  crashAllDuringWrite,
  stopOne,
  isolateLeader,
  isolateOne,
  splitInTwo,
  cutOneWay,
  cutOnePair,
  worsenLinks,
  worsenLinks,
  healLinks,
  healLinks,
  stallDisk,
  addVoter,
  removeVoter,
];

function crashOne(fleet: Fleet): void {
  crash(fleet, fleet.pick(fleet.voters));
}

function crashLeader(fleet: Fleet): void {
  crash(fleet, fleet.leader());
  fleet.sightings.sometimes("the leader lost power");
}

function crashAll(fleet: Fleet): void {
  for (const voter of fleet.voters) crash(fleet, voter);
  fleet.sightings.sometimes("all voters lost power at once");
}

function crashDuringWrite(fleet: Fleet): void {
  const voter = fleet.pick(fleet.voters);
  voter?.duringNextWrite(() => crash(fleet, voter));
  fleet.sightings.sometimes("a voter lost power during a write");
}

/** Those that come back first may lead on without the one that had the most. */
function crashAllDuringWrite(fleet: Fleet): void {
  fleet.pick(fleet.voters)?.duringNextWrite(() => crashAll(fleet));
}

function crash(fleet: Fleet, voter: SimulatedVoter | undefined): void {
  // A fault that was prepared earlier may come too late.
  if (voter === undefined || fleet.isHealed) return;
  voter.crash();
  // Back in an instant, as after a fault of the program, or later than an election takes.
  fleet.time.after(fleet.random.below(fleet.random.below(3) === 0 ? 300 : 5_000), () => {
    if (fleet.voters.includes(voter)) voter.start();
  });
}

function stopOne(fleet: Fleet): void {
  const voter = fleet.pick(fleet.voters);
  if (voter?.store === undefined) return;
  fleet.run(
    voter.stop().then(() => {
      fleet.time.after(fleet.random.below(2_000), () => fleet.voters.includes(voter) && voter.start());
    }),
  );
  fleet.sightings.sometimes("a voter ended in an orderly way");
}

function isolateLeader(fleet: Fleet): void {
  separate(fleet, (voter) => voter === fleet.leader());
  fleet.sightings.sometimes("the leader was isolated");
}

function isolateOne(fleet: Fleet): void {
  const alone = fleet.pick(fleet.voters);
  separate(fleet, (voter) => voter === alone);
}

function splitInTwo(fleet: Fleet): void {
  const here = new Set(fleet.voters.filter(() => fleet.random.below(2) === 0));
  separate(fleet, (voter) => here.has(voter));
  fleet.sightings.sometimes("the fleet was split in two");
}

function separate(fleet: Fleet, isHere: (voter: SimulatedVoter) => boolean): void {
  const [here, there] = [fleet.voters.filter(isHere), fleet.voters.filter((voter) => !isHere(voter))];
  for (const a of here) {
    for (const b of there) cutPair(fleet, a, b);
  }
}

function cutOnePair(fleet: Fleet): void {
  const a = fleet.pick(fleet.voters);
  const b = fleet.pick(fleet.voters);
  if (a !== undefined && b !== undefined) cutPair(fleet, a, b);
}

function cutPair(fleet: Fleet, a: SimulatedVoter, b: SimulatedVoter): void {
  fleet.network.cut(a.id, b.id);
  fleet.network.cut(b.id, a.id);
}

/** One voter is not heard, or hears nobody. */
function cutOneWay(fleet: Fleet): void {
  const one = fleet.pick(fleet.voters);
  if (one === undefined) return;
  const isDeaf = fleet.random.below(2) === 0;
  for (const other of fleet.voters) {
    if (isDeaf) fleet.network.cut(other.id, one.id);
    else fleet.network.cut(one.id, other.id);
  }
  fleet.sightings.sometimes(isDeaf ? "a voter heard nobody" : "a voter was not heard");
}

function healLinks(fleet: Fleet): void {
  fleet.network.healAll();
}

function worsenLinks(fleet: Fleet): void {
  fleet.network.quality = {
    lossShare: fleet.random.below(4) * 0.1,
    duplicateShare: fleet.random.below(4) * 0.1,
    delayMsMax: fleet.pick([3, 30, 150, 400]) ?? 3,
  };
}

function stallDisk(fleet: Fleet): void {
  fleet.pick(fleet.voters)?.stallDisk(fleet.random.below(3_000));
}

/** Up to seven at a time: a fleet has five voters, and two on their way in or out. */
function addVoter(fleet: Fleet): void {
  const asked = fleet.pick(fleet.voters)?.store;
  if (asked === undefined || fleet.voters.length >= 7) return;
  const { member } = fleet.enlistNewcomer();
  fleet.run(
    tolerant(asked.addMember(member)).then((isDone) => {
      if (isDone) fleet.sightings.sometimes("a member was added");
    }),
  );
}

/** Somebody takes the board away once the fleet has let it go, and only then. */
function removeVoter(fleet: Fleet): void {
  const asked = fleet.pick(fleet.voters);
  const leaving = fleet.pick(fleet.voters);
  if (asked?.store === undefined || leaving === undefined || asked.store.members.length <= 1) return;
  const wasLeader = leaving === fleet.leader();
  fleet.run(
    tolerant(asked.store.removeMember(leaving.id)).then((isDone) => {
      if (!isDone || !fleet.voters.includes(leaving)) return;
      fleet.sightings.sometimes(wasLeader ? "the leader was removed" : "a member was removed");
      fleet.time.after(fleet.random.below(3_000), () => fleet.voters.includes(leaving) && fleet.dismiss(leaving));
    }),
  );
}

async function tolerant(change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof NoLeaderError || error instanceof OutcomeUnknownError) return false;
    throw error;
  }
}
