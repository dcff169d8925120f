/** Tells listeners who leads, and ends a leader's signal the moment it no longer does. */
import type { Leadership, Member } from "./ports.ts";

export type LeadershipView =
  | { readonly role: "leader"; readonly term: number }
  | { readonly role: "follower"; readonly term: number; readonly leader: Member | undefined };

export class LeadershipFeed {
  #current: Leadership;
  #reign: AbortController | undefined;
  readonly #listeners = new Set<(leadership: Leadership) => void>();

  constructor(term: number) {
    this.#current = { role: "follower", term, leader: undefined };
  }

  get current(): Leadership {
    return this.#current;
  }

  subscribe(listener: (leadership: Leadership) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#current);
    return () => this.#listeners.delete(listener);
  }

  update(view: LeadershipView): void {
    if (isSame(this.#current, view)) return;
    this.#reign?.abort(new Error(`this voter no longer leads term ${this.#current.term}`));
    this.#reign = undefined;
    if (view.role === "leader") {
      this.#reign = new AbortController();
      this.#current = { ...view, signal: this.#reign.signal };
    } else {
      this.#current = view;
    }
    for (const listener of Array.from(this.#listeners)) {
      // A listener before may have unsubscribed this one.
      if (this.#listeners.has(listener)) listener(this.#current);
    }
  }
}

function isSame(current: Leadership, view: LeadershipView): boolean {
  if (current.role !== view.role || current.term !== view.term) return false;
  if (current.role === "leader" || view.role === "leader") return true;
  return current.leader?.id === view.leader?.id && current.leader?.address === view.leader?.address;
}
