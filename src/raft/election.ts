/** Elections in two steps: a pre-vote that disturbs nobody, then the vote itself (thesis §3.4, §9.6). */
import { voterIds } from "./configuration.ts";
import { isUpToDate, lastIndex, lastTerm } from "./log.ts";
import type { MessageOf } from "./message.ts";
import { countVotes } from "./quorum.ts";
import { peersOf, type Raft, votersOf } from "./raft.ts";
import { appendOwn, broadcastAppend } from "./replication.ts";
import { becomeCandidate, becomeFollower, becomeLeader, becomePreCandidate } from "./role.ts";
import { send } from "./send.ts";

/**
 * Whether this peer is a voter, or was one before a change that is not known to be committed: its log may hold what
 * the others need to finish that very change (thesis §4.2.2). A learner, a peer that is gone for good and one that
 * knows no fleet never campaign.
 */
export function mayCampaign(raft: Raft): boolean {
  if (raft.role === "leader" || raft.pendingSnapshot !== undefined) return false;
  return raft.configurations.some(({ peers }) => voterIds(peers).includes(raft.id));
}

export function campaign(raft: Raft): void {
  becomePreCandidate(raft);
  const ballot = { lastIndex: lastIndex(raft.log), lastTerm: lastTerm(raft.log) };
  for (const id of votersOf(raft)) {
    if (id !== raft.id) send(raft, id, { type: "preVote", ...ballot }, raft.term + 1);
  }
  decide(raft);
}

/** A vote is refused to a shorter log, and by a peer that cannot know what it once promised. */
function mayVoteFor(raft: Raft, message: MessageOf<"preVote"> | MessageOf<"requestVote">): boolean {
  // Nobody asks a peer that has never held an entry, unless its disk was emptied: it may have voted before.
  return peersOf(raft).length > 0 && isUpToDate(raft.log, message.lastIndex, message.lastTerm);
}

export function handlePreVote(raft: Raft, message: MessageOf<"preVote">): void {
  const granted = message.term > raft.term && mayVoteFor(raft, message);
  // A refusal tells our term: a peer that is behind catches up instead of asking in vain for ever.
  send(raft, message.from, { type: "preVoteResponse", granted }, granted ? message.term : raft.term);
}

export function handleRequestVote(raft: Raft, message: MessageOf<"requestVote">): void {
  const isFree = raft.vote === undefined && raft.leader === undefined;
  const granted = (isFree || raft.vote === message.from) && mayVoteFor(raft, message);
  if (granted) {
    raft.vote = message.from;
    raft.electionElapsedTicks = 0;
  }
  send(raft, message.from, { type: "requestVoteResponse", granted });
}

export function handlePreVoteResponse(raft: Raft, message: MessageOf<"preVoteResponse">): void {
  if (raft.role !== "preCandidate") return;
  if (message.granted && message.term !== raft.term + 1) return;
  recordVote(raft, message.from, message.granted);
}

export function handleRequestVoteResponse(raft: Raft, message: MessageOf<"requestVoteResponse">): void {
  if (raft.role === "candidate") recordVote(raft, message.from, message.granted);
}

function recordVote(raft: Raft, from: string, granted: boolean): void {
  if (!raft.votes.has(from)) raft.votes.set(from, granted);
  decide(raft);
}

function decide(raft: Raft): void {
  switch (countVotes(votersOf(raft), raft.votes)) {
    case "pending":
      return;
    case "lost":
      becomeFollower(raft, raft.term, undefined);
      return;
    case "won":
      if (raft.role === "preCandidate") askForVotes(raft, false);
      else takeOffice(raft);
  }
}

/** The leader hands over: no need to ask first whether anybody would mind. */
export function handleTimeoutNow(raft: Raft): void {
  if (votersOf(raft).includes(raft.id) && mayCampaign(raft)) askForVotes(raft, true);
}

function askForVotes(raft: Raft, isHandover: boolean): void {
  becomeCandidate(raft);
  for (const id of votersOf(raft)) {
    if (id === raft.id) continue;
    const ballot = { lastIndex: lastIndex(raft.log), lastTerm: lastTerm(raft.log) };
    send(raft, id, { type: "requestVote", ...ballot, isHandover });
  }
  decide(raft);
}

function takeOffice(raft: Raft): void {
  becomeLeader(raft);
  // Commits what earlier terms left behind, which counting alone must not do.
  appendOwn(raft, [{ index: lastIndex(raft.log) + 1, term: raft.term, type: "noop" }]);
  broadcastAppend(raft);
}
