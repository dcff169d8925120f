/**
 * Voters that have introduced themselves, for the time in which this voter's own log does not name them: a newcomer
 * knows nobody, and one that was away longer than its fleet stayed the same knows only who was there before.
 */
import { parseContext } from "./membership.ts";
import type { Member, VoterId } from "./ports.ts";

/** Far above the number of voters of a fleet, and of its changes while one voter is away. */
const acquaintancesMax = 16;

export class Acquaintances {
  /** The one that was heard first comes first. */
  readonly #contexts = new Map<VoterId, string>();

  /** Returns whether this is news. `from` is proven, what it says of itself is believed if it can be read. */
  note(from: VoterId, context: string): boolean {
    if (context === "" || this.#contexts.get(from) === context || parseContext(context) === undefined) return false;
    this.#contexts.set(from, context);
    for (const oldest of this.#contexts.keys()) {
      if (this.#contexts.size <= acquaintancesMax) break;
      this.#contexts.delete(oldest);
    }
    return true;
  }

  /** Those who are not among `members`. */
  besides(members: readonly Member[]): Member[] {
    const named = new Set(members.map(({ id }) => id));
    const found: Member[] = [];
    for (const [id, context] of this.#contexts) {
      const parsed = named.has(id) ? undefined : parseContext(context);
      if (parsed !== undefined) found.push({ id, role: "learner", ...parsed });
    }
    return found;
  }
}
