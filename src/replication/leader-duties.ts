/** What a leader does of its own accord: makes voters of learners that have caught up, and forgets old history. */
import { lastIndex } from "../raft/log.ts";
import type { Peer } from "../raft/message.ts";
import type { Progress } from "../raft/progress.ts";
import { propose, proposeConfiguration } from "../raft/propose.ts";
import { peersOf, type Raft } from "../raft/raft.ts";
import { encodeCommand } from "../store/command.ts";
import { type Command, type Revision, revision } from "../store/types.ts";
import { encodeEnvelope } from "./encoding/envelope.ts";
import { promote } from "./membership.ts";
import { RevisionTimes } from "./revision-times.ts";

export interface DutyLimits {
  readonly promotionLagEntries: number;
  readonly historyRevisions: number;
  readonly historyAgeMs: number;
}

export class LeaderDuties {
  readonly #raft: Raft;
  readonly #limits: DutyLimits;
  readonly #incarnation: string;
  readonly #times: RevisionTimes;
  /** At most what is compacted already: 0 after a start. */
  #compacted = 0;

  constructor(raft: Raft, incarnation: string, limits: DutyLimits) {
    this.#raft = raft;
    this.#incarnation = incarnation;
    this.#times = new RevisionTimes(limits.historyAgeMs);
    this.#limits = limits;
  }

  promoteIfDue(): void {
    const raft = this.#raft;
    if (raft.role !== "leader") return;
    const lagMax = this.#limits.promotionLagEntries;
    const peers = planPromotion(peersOf(raft), raft.progress, lastIndex(raft.log), lagMax);
    if (peers !== undefined) proposeConfiguration(raft, peers);
  }

  /** To be called after every change, on whichever voter: it may lead later. */
  noteChange(current: Revision, nowMs: number): void {
    this.#times.note(current, nowMs);
  }

  /** Proposes a compaction when one is due. To be called after a change only, so that an idle fleet never compacts. */
  compactIfDue(current: Revision, nowMs: number): void {
    const aged = this.#times.aged(nowMs);
    const through = planCompaction({ current, compacted: this.#compacted, aged }, this.#limits.historyRevisions);
    if (through === undefined || this.#raft.role !== "leader") return;
    const command: Command = { type: "compact", revision: through };
    // Nobody waits for it, so it bears no number that anyone knows.
    const proposal = { origin: this.#raft.id, incarnation: this.#incarnation, counter: 0 };
    const outcome = propose(this.#raft, [encodeEnvelope({ proposal, command: encodeCommand(command) })]);
    if (outcome.kind === "appended") this.#compacted = through;
  }

  noteCompacted(through: Revision): void {
    this.#compacted = Math.max(this.#compacted, through);
  }
}

/** The configuration with one more voter, when a learner is close behind the end of the log; else undefined. */
function planPromotion(
  peers: readonly Peer[],
  progress: ReadonlyMap<string, Progress>,
  logEnd: number,
  lagEntriesMax: number,
): Peer[] | undefined {
  const ready = peers.find(({ id, role }) => {
    const its = progress.get(id);
    if (role !== "learner" || its?.state !== "replicate" || !its.recentlyActive) return false;
    return its.matchIndex > 0 && its.matchIndex + lagEntriesMax >= logEnd;
  });
  return ready && promote(peers, ready.id);
}

export interface History {
  readonly current: Revision;
  readonly compacted: number;
  /** The newest revision that is older than history need be. */
  readonly aged: Revision | undefined;
}

/**
 * The revision to compact through: once a fifth more history has gathered than is promised by number, or a fiftieth
 * that is past its age. A compaction is a write, so it has to be worth one.
 */
export function planCompaction({ current, compacted, aged }: History, revisionsMax: number): Revision | undefined {
  const surplus = current - revisionsMax;
  if (surplus - compacted >= Math.max(1, Math.floor(revisionsMax / 5))) {
    return revision(Math.max(surplus, aged ?? 0));
  }
  const isWorthIt = aged !== undefined && aged - compacted >= Math.max(1, Math.floor(revisionsMax / 50));
  return isWorthIt ? aged : undefined;
}
