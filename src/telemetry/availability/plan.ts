/** Whether a board is there, from what each voter last said of its own boards and from what the leader wrote down. */
import type { ConditionStatus } from "../../api/meta/condition.ts";
import type { Availability } from "../../api/telemetry/node-telemetry.ts";

/** How often a voter repeats which boards it has, for words get lost. */
export const beatMs = 10_000;
/** What a voter said is believed for so long. */
const believedMs = 25_000;
/** How long a board that left a voter is taken for gone, whatever was written of it before; by then the leader knows. */
const goneMs = 30_000;

export interface VoterWord {
  readonly boards: ReadonlySet<string>;
  readonly heardMs: number;
}

export interface AvailabilityView {
  /** By voter, this one among them. */
  readonly words: ReadonlyMap<string, VoterWord>;
  /** When a board was last seen to leave a voter that lives. */
  readonly leftMs: ReadonlyMap<string, number>;
}

/** The Ready condition of the board's Node, and when it was seen to become what it is. */
export interface WrittenState {
  readonly ready: ConditionStatus | undefined;
  readonly seenMs: number;
}

/**
 * A board is online where a voter that is believed has it. One that none has is offline if it left one lately. Of all
 * others the leader's word counts, which is also newer than that of a voter that has said nothing since.
 */
export function availabilityOf(
  { words, leftMs }: AvailabilityView,
  board: string,
  written: WrittenState,
  nowMs: number,
): Availability {
  const isLost = written.ready === undefined || written.ready === "Unknown";
  for (const { boards, heardMs } of words.values()) {
    if (!boards.has(board) || nowMs - heardMs > believedMs) continue;
    if (!isLost || heardMs >= written.seenMs) return "online";
  }
  const left = leftMs.get(board);
  if (left !== undefined && nowMs - left < goneMs) return "offline";
  return isLost ? "offline" : "online";
}

/** The view after `voter` has said which boards it has. */
export function withWord(view: AvailabilityView, voter: string, word: VoterWord): AvailabilityView {
  const before = view.words.get(voter)?.boards ?? new Set<string>();
  const leftMs = new Map(view.leftMs);
  for (const board of before) if (!word.boards.has(board)) leftMs.set(board, word.heardMs);
  for (const board of word.boards) leftMs.delete(board);
  return { words: new Map(view.words).set(voter, word), leftMs };
}

/** The view without `voter`, of which it is not known what became of its boards. */
export function withoutVoter(view: AvailabilityView, voter: string): AvailabilityView {
  const words = new Map(view.words);
  words.delete(voter);
  return { ...view, words };
}

/** When silence alone may change an answer; undefined where it cannot. */
export function nextChangeMs({ words, leftMs }: AvailabilityView, nowMs: number): number | undefined {
  const moments = [
    ...Array.from(words.values(), ({ heardMs }) => heardMs + believedMs + 1),
    ...Array.from(leftMs.values(), (left) => left + goneMs),
  ].filter((moment) => moment > nowMs);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
