import type { Member, VoterId } from "../../replication/ports.ts";

/**
 * Why `leaving` must not be taken out just now: the voters that remain and are heard would be no majority of those that
 * remain, so that nothing could be decided any more. Undefined where it may go. The leader hears itself.
 */
export function whyNotRemovable(
  members: readonly Member[],
  leaving: VoterId,
  isHeard: (id: VoterId) => boolean,
): string | undefined {
  const voters = members.filter(({ role }) => role === "voter");
  const remaining = voters.filter(({ id }) => id !== leaving);
  if (remaining.length === 0) return "it is the fleet's only voter: add another one first";
  // A learner decides nothing, so nothing is lost with it.
  if (remaining.length === voters.length) return undefined;
  const silent = remaining.filter(({ id }) => !isHeard(id));
  const majority = Math.floor(remaining.length / 2) + 1;
  if (remaining.length - silent.length >= majority) return undefined;
  const names = silent.map(({ node }) => node).join(", ");
  return `the fleet would lose its majority, as ${names} cannot be reached: bring ${names} back or remove it first`;
}
