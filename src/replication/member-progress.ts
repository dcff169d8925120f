import { lastIndex } from "../raft/log.ts";
import type { Raft } from "../raft/raft.ts";
import type { MemberProgress, VoterId } from "./ports.ts";

/** What a leader knows of its peers' logs; undefined for a peer that does not lead. */
export function memberProgress(raft: Readonly<Raft>): MemberProgress | undefined {
  if (raft.role !== "leader") return undefined;
  const end = lastIndex(raft.log);
  const self = raft.id as VoterId;
  const matchIndex = new Map([[self, end]]);
  const recentlyHeard = new Set([self]);
  for (const [id, progress] of raft.progress) {
    matchIndex.set(id as VoterId, progress.matchIndex);
    // The mark of activity is wiped once a period; the answer to the latest round is not.
    if (progress.recentlyActive || progress.ackedRound === raft.heartbeatRound) recentlyHeard.add(id as VoterId);
  }
  return { lastIndex: end, matchIndex, recentlyHeard };
}
