/** What only a leader may start: new entries and new configurations. */
import { latestConfiguration, majoritiesOverlap } from "./configuration.ts";
import { lastIndex } from "./log.ts";
import type { Entry, Peer } from "./message.ts";
import { peersOf, type Raft } from "./raft.ts";
import { hasCommittedOwnTerm } from "./read-index.ts";
import { appendOwn, broadcastAppend } from "./replication.ts";

export type ProposalOutcome =
  | { readonly kind: "appended"; readonly firstIndex: number; readonly term: number }
  | { readonly kind: "notLeader" }
  /** Another voter is to lead: ask that one, or here again should it fail to. */
  | { readonly kind: "handingOver" };

/** Appends one entry for each of `commands`, in order, as one group. */
export function propose(raft: Raft, commands: readonly Uint8Array[]): ProposalOutcome {
  if (raft.role !== "leader") return { kind: "notLeader" };
  if (raft.handover !== undefined) return { kind: "handingOver" };
  const firstIndex = lastIndex(raft.log) + 1;
  const entries = commands.map(
    (data, offset): Entry => ({ index: firstIndex + offset, term: raft.term, type: "command", data }),
  );
  append(raft, entries);
  return { kind: "appended", firstIndex, term: raft.term };
}

export type ConfigurationOutcome =
  | ProposalOutcome
  /** Nothing of this term is committed yet, or another change is under way: ask again after the next commit. */
  | { readonly kind: "tooEarly" }
  /** More than one voter would come or go at once, or none would remain. */
  | { readonly kind: "unsafe" };

/**
 * Replaces the configuration by one whose majorities overlap with the present ones (thesis §4.1). The change waits for
 * a commit of the leader's own term, without which two leaders could each change a configuration that the other does
 * not know (Ongaro's correction of 2015).
 */
export function proposeConfiguration(raft: Raft, peers: readonly Peer[]): ConfigurationOutcome {
  if (raft.role !== "leader") return { kind: "notLeader" };
  if (raft.handover !== undefined) return { kind: "handingOver" };
  const isPending = latestConfiguration(raft.configurations).index > raft.commitIndex;
  if (isPending || !hasCommittedOwnTerm(raft)) return { kind: "tooEarly" };
  if (!majoritiesOverlap(peersOf(raft), peers)) return { kind: "unsafe" };
  const firstIndex = lastIndex(raft.log) + 1;
  append(raft, [{ index: firstIndex, term: raft.term, type: "configuration", peers }]);
  return { kind: "appended", firstIndex, term: raft.term };
}

function append(raft: Raft, entries: readonly Entry[]): void {
  appendOwn(raft, entries);
  broadcastAppend(raft);
}
