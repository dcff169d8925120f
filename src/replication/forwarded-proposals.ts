/** What a leader remembers of the proposals sent to it, so that a datagram that arrives twice is appended once. */

/** More than a voter ever has under way, by far: see `ReplicationTuning.proposalsMax`. */
const windowSize = 16_384;

interface Window {
  /** Numbers up to here are too old to tell apart: never appended any more. */
  floor: number;
  readonly seen: Set<number>;
}

export type Admission = "new" | "seen" | "tooOld";

export class ForwardedProposals {
  /** The last term that this voter has led; nothing is known of terms led before its start. */
  #term = 0;
  readonly #windows = new Map<string, Window>();

  /** Begins anew when `term` is not the one led before. */
  startTerm(term: number): void {
    if (term === this.#term) return;
    this.#term = term;
    this.#windows.clear();
  }

  get term(): number {
    return this.#term;
  }

  /** Whether a proposal of this term was admitted before. */
  look(origin: string, incarnation: string, counter: number): Admission {
    const window = this.#windows.get(keyOf(origin, incarnation));
    if (window === undefined) return "new";
    if (counter <= window.floor) return "tooOld";
    return window.seen.has(counter) ? "seen" : "new";
  }

  admit(origin: string, incarnation: string, counter: number): void {
    const key = keyOf(origin, incarnation);
    const window = this.#windows.get(key) ?? { floor: 0, seen: new Set() };
    this.#windows.set(key, window);
    window.seen.add(counter);
    if (window.seen.size <= windowSize) return;
    // A set gives its members in the order in which they came, which is nearly that of the counters.
    for (const old of Array.from(window.seen).slice(0, windowSize / 2)) {
      window.seen.delete(old);
      window.floor = Math.max(window.floor, old);
    }
  }
}

function keyOf(origin: string, incarnation: string): string {
  return `${origin} ${incarnation}`;
}
