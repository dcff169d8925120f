/** What a leader does of its own accord: makes voters of learners that have caught up, and forgets old history. */
import type { Peer } from "../raft/message.ts";
import type { Progress } from "../raft/progress.ts";
import { type Revision, revision } from "../store/types.ts";
import { promote } from "./membership.ts";

/** The configuration with one more voter, when a learner is close behind the end of the log; else undefined. */
export function planPromotion(
  peers: readonly Peer[],
  progress: ReadonlyMap<string, Progress>,
  lastIndex: number,
  lagEntriesMax: number,
): Peer[] | undefined {
  const ready = peers.find(({ id, role }) => {
    const its = progress.get(id);
    if (role !== "learner" || its?.state !== "replicate" || !its.recentlyActive) return false;
    return its.matchIndex > 0 && its.matchIndex + lagEntriesMax >= lastIndex;
  });
  return ready && promote(peers, ready.id);
}

/** When a compaction is due. Asked only after a change, so that an idle fleet never compacts. */
export class CompactionSchedule {
  readonly #historyRevisions: number;
  /** At most what is compacted already: 0 after a start. */
  #compacted = 0;

  constructor(historyRevisions: number) {
    this.#historyRevisions = historyRevisions;
  }

  noteCompacted(through: Revision): void {
    this.#compacted = Math.max(this.#compacted, through);
  }

  /** The revision to compact through, once a fifth more history has gathered than is promised. */
  plan(current: Revision): Revision | undefined {
    const target = current - this.#historyRevisions;
    if (target - this.#compacted < Math.max(1, Math.floor(this.#historyRevisions / 5))) return undefined;
    this.#compacted = target;
    return revision(target);
  }
}
