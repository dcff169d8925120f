/** What a voter does while its disk is short of room: refuses writes, and lets a voter with room lead. */
import type { Logger } from "../lib/logger.ts";
import { type Raft, votersOf } from "../raft/raft.ts";
import { transferLeadership } from "../raft/transfer.ts";
import { DiskFullError } from "./disk-full.ts";
import type { DiskRoom } from "./disk-room.ts";
import { NoLeaderError } from "./ports.ts";

/** Where every disk is full, leadership must not go round and round. */
const giveAwayEveryTicks = 3_000;

export class ShortOfRoom {
  readonly #room: DiskRoom;
  readonly #raft: Raft;
  readonly #logger: Logger;
  readonly #lookTicks: number;
  #tick = 0;
  #givenAwayAtTick = -giveAwayEveryTicks;
  #writtenAtLook = 0;

  constructor(room: DiskRoom, raft: Raft, lookTicks: number, logger: Logger) {
    this.#room = room;
    this.#raft = raft;
    this.#lookTicks = lookTicks;
    this.#logger = logger;
  }

  /** The refusal of a write that this voter cannot take. A follower's writes are for its leader to take. */
  refusal(isStalled: boolean): DiskFullError | undefined {
    const takesPart = isStalled || this.#raft.role === "leader";
    return this.#room.isShort && takesPart ? new DiskFullError() : undefined;
  }

  /** Why a write really failed. */
  explain(error: unknown): unknown {
    return this.#room.isShort && error instanceof NoLeaderError ? new DiskFullError({ cause: error }) : error;
  }

  /** `bytesWritten`: to the log, ever; where nothing is written nothing is looked at. */
  tick(bytesWritten: number): void {
    this.#tick += 1;
    if (this.#room.isShort) this.#giveLeadershipAway();
    const isDue = this.#tick % this.#lookTicks === 0 && (this.#room.isShort || bytesWritten !== this.#writtenAtLook);
    if (!isDue) return;
    this.#writtenAtLook = bytesWritten;
    this.#room.look().then(
      (hasChanged) => hasChanged && this.#tell(),
      // A disk that is broken says so when it is written to.
      (error: unknown) => this.#logger.warn("could not read how much of the disk is free", { error }),
    );
  }

  #tell(): void {
    if (this.#room.isShort) {
      this.#logger.error(
        "the disk is full: this voter refuses writes until there is room; free some, say by removing images",
      );
    } else this.#logger.info("the disk has room again: this voter takes writes");
  }

  #giveLeadershipAway(): void {
    const raft = this.#raft;
    if (raft.role !== "leader" || this.#tick - this.#givenAwayAtTick < giveAwayEveryTicks) return;
    const successor = bestSuccessor(raft);
    if (successor === undefined) return;
    this.#givenAwayAtTick = this.#tick;
    transferLeadership(raft, successor);
  }
}

/** The voter, of those that answer, with most of the log. */
function bestSuccessor(raft: Raft): string | undefined {
  const matchOf = (id: string) => raft.progress.get(id)?.matchIndex ?? 0;
  return votersOf(raft)
    .filter((id) => id !== raft.id && raft.progress.get(id)?.recentlyActive)
    .sort((a, b) => matchOf(b) - matchOf(a))[0];
}
