/** Remembers when revisions were reached, coarsely, so that history can be forgotten by its age. */
import type { Revision } from "../store/types.ts";

interface Sample {
  readonly revision: Revision;
  readonly atMs: number;
}

/** Samples an age is divided into: history is kept up to so much of it longer. */
const samplesAnAge = 16;

export class RevisionTimes {
  readonly #ageMs: number;
  /** Ascending; of those that are old enough only the newest is kept. */
  #samples: Sample[] = [];

  constructor(ageMs: number) {
    this.#ageMs = ageMs;
  }

  /** To be called when `revision` has just been reached. */
  note(revision: Revision, nowMs: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && nowMs - last.atMs < this.#ageMs / samplesAnAge) return;
    this.#samples.push({ revision, atMs: nowMs });
  }

  /** The newest revision that is known to have been there for the whole age. */
  aged(nowMs: number): Revision | undefined {
    const newest = this.#samples.findLastIndex(({ atMs }) => nowMs - atMs >= this.#ageMs);
    if (newest < 0) return undefined;
    this.#samples = this.#samples.slice(newest);
    return this.#samples[0]?.revision;
  }
}
