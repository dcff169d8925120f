/** Links that are cut in one direction or both, and links that get worse. */
import type { Fleet } from "./fleet.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

export function isolateLeader(fleet: Fleet): void {
  isolate(fleet, fleet.leader());
  fleet.sightings.sometimes("the leader was isolated");
}

export function isolateOne(fleet: Fleet): void {
  isolate(fleet, fleet.pick(fleet.voters));
}

export function splitInTwo(fleet: Fleet): void {
  const here = new Set(fleet.voters.filter(() => fleet.random.below(2) === 0));
  separate(fleet, (voter) => here.has(voter));
  fleet.sightings.sometimes("the fleet was split in two");
}

export function isolate(fleet: Fleet, alone: SimulatedVoter | undefined): void {
  separate(fleet, (voter) => voter === alone);
}

function separate(fleet: Fleet, isHere: (voter: SimulatedVoter) => boolean): void {
  const [here, there] = [fleet.voters.filter(isHere), fleet.voters.filter((voter) => !isHere(voter))];
  for (const a of here) {
    for (const b of there) cutPair(fleet, a, b);
  }
}

export function cutOnePair(fleet: Fleet): void {
  const a = fleet.pick(fleet.voters);
  const b = fleet.pick(fleet.voters);
  if (a !== undefined && b !== undefined) cutPair(fleet, a, b);
}

function cutPair(fleet: Fleet, a: SimulatedVoter, b: SimulatedVoter): void {
  fleet.network.cut(a.id, b.id);
  fleet.network.cut(b.id, a.id);
}

/** One voter is not heard, or hears nobody. */
export function cutOneWay(fleet: Fleet): void {
  const one = fleet.pick(fleet.voters);
  if (one === undefined) return;
  const isDeaf = fleet.random.below(2) === 0;
  for (const other of fleet.voters) {
    if (isDeaf) fleet.network.cut(other.id, one.id);
    else fleet.network.cut(one.id, other.id);
  }
  fleet.sightings.sometimes(isDeaf ? "a voter heard nobody" : "a voter was not heard");
}

/** A living leader is said to have ended. */
export function slanderLeader(fleet: Fleet): void {
  const leader = fleet.leader();
  if (leader === undefined) return;
  fleet.network.sayEnded(leader.id);
  fleet.sightings.sometimes("a living leader was said to have ended");
}

export function healLinks(fleet: Fleet): void {
  fleet.network.healAll();
}

export function worsenLinks(fleet: Fleet): void {
  fleet.network.quality = {
    lossShare: fleet.random.below(4) * 0.1,
    duplicateShare: fleet.random.below(4) * 0.1,
    delayMsMax: fleet.pick([3, 30, 150, 400]) ?? 3,
  };
}
