/** Majorities as plain arithmetic over the voters of one configuration. */
import type { PeerId } from "./message.ts";

export function majorityOf(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

/** The highest value that a majority of voters has reached; 0 without voters. */
export function quorumValue(voters: readonly PeerId[], reached: (id: PeerId) => number): number {
  const descending = voters.map(reached).sort((a, b) => b - a);
  return descending[majorityOf(voters.length) - 1] ?? 0;
}

export type VoteOutcome = "won" | "lost" | "pending";

export function countVotes(voters: readonly PeerId[], votes: ReadonlyMap<PeerId, boolean>): VoteOutcome {
  const majority = majorityOf(voters.length);
  const granted = voters.filter((id) => votes.get(id) === true).length;
  const refused = voters.filter((id) => votes.get(id) === false).length;
  if (granted >= majority) return "won";
  return voters.length - refused < majority ? "lost" : "pending";
}
