/** Members that come, go and lead in turn while everything else goes on. */
import { OperationalError, UsageError } from "../../src/lib/errors.ts";
import { NoLeaderError, OutcomeUnknownError } from "../../src/replication/ports.ts";
import type { Fleet } from "./fleet.ts";
import { isolate } from "./network-faults.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

/** A fleet has five voters, and two on their way in or out. */
const votersMax = 7;

export function addVoter(fleet: Fleet): void {
  const asked = fleet.pickAnswering();
  if (asked?.store === undefined || fleet.voters.length >= votersMax) return;
  const { member } = fleet.enlistNewcomer();
  fleet.run(
    tolerant(asked.store.addMember(member)).then((isDone) => {
      if (isDone) fleet.sightings.sometimes("a member was added");
    }),
  );
}

/** Somebody takes the board away once the fleet has let it go, and only then. */
export function removeVoter(fleet: Fleet): void {
  const leaving = fleet.pick(fleet.voters);
  if (leaving !== undefined) remove(fleet, leaving);
}

/** Nobody tells it, nobody takes it away, and when it is back it still takes itself for a voter. */
export function removeVoterUnheard(fleet: Fleet): void {
  const leaving = fleet.pick(fleet.voters);
  if (leaving === undefined || fleet.members().length < 3) return;
  isolate(fleet, leaving);
  remove(fleet, leaving, () => fleet.sightings.sometimes("a voter was removed and did not hear of it"));
}

function remove(fleet: Fleet, leaving: SimulatedVoter, goOn = () => dismissSoon(fleet, leaving)): void {
  const asked = fleet.pickAnswering();
  if (asked?.store === undefined || asked.store.members.length <= 1) return;
  const wasLeader = leaving === fleet.leader();
  fleet.run(
    tolerant(asked.store.removeMember(leaving.id)).then((isDone) => {
      if (!isDone || !fleet.voters.includes(leaving)) return;
      fleet.sightings.sometimes(wasLeader ? "the leader was removed" : "a member was removed");
      goOn();
    }),
  );
}

function dismissSoon(fleet: Fleet, leaving: SimulatedVoter): void {
  fleet.time.after(fleet.random.below(3_000), () => fleet.voters.includes(leaving) && fleet.dismiss(leaving));
}

/** To somebody, and often back again before everybody has noticed. */
export function handOver(fleet: Fleet): void {
  const leader = fleet.leader();
  const successor = fleet.pick(fleet.voters);
  if (leader === undefined || successor === undefined) return;
  const isForGood = fleet.random.below(3) === 0;
  fleet.run(
    transfer(fleet, leader, successor).then(async () => {
      await fleet.time.wait(fleet.random.below(1_500));
      if (!isForGood) await transfer(fleet, successor, leader);
    }),
  );
}

async function transfer(fleet: Fleet, from: SimulatedVoter, to: SimulatedVoter): Promise<void> {
  if (from.store === undefined || from.isFrozen || from === to) return;
  const isDone = await tolerant(from.store.transferLeadership(to.id));
  if (isDone) fleet.sightings.sometimes("leadership was handed over");
}

/** Whether it was done. A voter that loses power leaves its callers without an answer. */
async function tolerant(change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    const isExpected = [NoLeaderError, OutcomeUnknownError, OperationalError, UsageError].some(
      (kind) => error instanceof kind,
    );
    if (isExpected) return false;
    throw error;
  }
}
