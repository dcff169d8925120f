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

export interface DutyLimits {
  readonly promotionLagEntries: number;
  readonly historyRevisions: number;
}

export class LeaderDuties {
  readonly #raft: Raft;
  readonly #limits: DutyLimits;
  readonly #incarnation: string;
  /** At most what is compacted already: 0 after a start. */
  #compacted = 0;

  constructor(raft: Raft, incarnation: string, limits: DutyLimits) {
    this.#raft = raft;
    this.#incarnation = incarnation;
    this.#limits = limits;
  }

  promoteIfDue(): void {
    const raft = this.#raft;
    if (raft.role !== "leader") return;
    const lagMax = this.#limits.promotionLagEntries;
    const peers = planPromotion(peersOf(raft), raft.progress, lastIndex(raft.log), lagMax);
    if (peers !== undefined) proposeConfiguration(raft, peers);
  }

  /** Proposes a compaction when one is due. To be called after a change only, so that an idle fleet never compacts. */
  compactIfDue(current: Revision): void {
    const through = planCompaction(current, this.#compacted, this.#limits.historyRevisions);
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

/** The revision to compact through, once a fifth more history has gathered than is promised. */
function planCompaction(current: Revision, compacted: number, historyRevisions: number): Revision | undefined {
  const target = current - historyRevisions;
  return target - compacted < Math.max(1, Math.floor(historyRevisions / 5)) ? undefined : revision(target);
}
