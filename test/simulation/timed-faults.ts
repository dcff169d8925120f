/** Faults at the very moment from which a promise binds: after a vote, a commit, or the loss of old entries. */
import type { Fleet } from "./fleet.ts";
import { isolate } from "./network-faults.ts";
import { crash, crashLeader } from "./process-faults.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

/** Ambushes are given up after this time. */
const patienceMs = 4_000;

/** Whoever has voted for somebody else is back within the same election, and must not vote again. */
export function crashAfterVote(fleet: Fleet): void {
  const hasVoted = (voter: SimulatedVoter) => {
    const raft = voter.store?.raft;
    if (raft === undefined || raft.persisting || raft.leader !== undefined) return false;
    return raft.vote !== undefined && raft.vote !== voter.id && raft.durable.term === raft.term;
  };
  lay(fleet, hasVoted, (voter) => {
    crash(fleet, voter, 40);
    fleet.sightings.sometimes("a voter lost power right after its vote");
  });
  crashLeader(fleet);
}

/** Whoever has taken a new leader's entries in place of its own starts from what its disk says. */
export function crashAfterReplacing(fleet: Fleet): void {
  const counts = new Map(fleet.voters.map((voter) => [voter, fleet.checkers.replacementsOf(voter.id)]));
  const hasReplaced = (voter: SimulatedVoter) =>
    voter.store?.raft.persisting === false &&
    fleet.checkers.replacementsOf(voter.id) > (counts.get(voter) ?? Number.POSITIVE_INFINITY);
  lay(fleet, hasReplaced, (voter) => {
    crash(fleet, voter, 1_000);
    fleet.sightings.sometimes("a voter lost power right after its entries were replaced");
  });
}

/** Nobody else knows yet that it is committed. */
export function loseLeaderAfterCommit(fleet: Fleet): void {
  const knowsAlone = (voter: SimulatedVoter) => {
    const raft = voter.store?.raft;
    if (raft?.role !== "leader" || raft.appliedIndex < raft.commitIndex) return false;
    return fleet.voters.every((other) => other === voter || (other.store?.raft.commitIndex ?? 0) < raft.commitIndex);
  };
  lay(fleet, knowsAlone, (voter) => {
    if (fleet.random.below(2) === 0) isolate(fleet, voter);
    else crash(fleet, voter);
    fleet.sightings.sometimes("a leader was lost right after a commit");
  });
}

function lay(fleet: Fleet, isTime: (voter: SimulatedVoter) => boolean, strike: (voter: SimulatedVoter) => void): void {
  fleet.ambushes.lay({ isTime, strike, untilMs: fleet.time.nowMs + patienceMs });
}
