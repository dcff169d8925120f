import { messageOf, UsageError } from "../lib/errors.ts";
import type { BoardPki } from "../platform/host/fleet-directory.ts";
import { requireUsable } from "../platform/mqtt/tls-credentials.ts";

/**
 * What the board proves itself with, now. Renewed while it runs: whoever makes connections reads `current` for each, and
 * whoever takes them listens.
 */
export class BoardCredentials {
  #current: BoardPki;
  readonly #listeners = new Set<(pki: BoardPki) => void>();

  /** Throws `UsageError` where no connection could be made with `pki`. */
  constructor(pki: BoardPki) {
    try {
      requireUsable(pki);
    } catch (cause) {
      throw new UsageError(
        `the board's certificate, its key or the fleet's CA cannot be used (${messageOf(cause)}): restore pki/ of the data directory from a backup, or reset the board and join again`,
        { cause },
      );
    }
    this.#current = pki;
  }

  get current(): BoardPki {
    return this.#current;
  }

  /** Throws where no connection could be made with `pki`: then what was before goes on. */
  replace(pki: BoardPki): void {
    requireUsable(pki);
    this.#current = pki;
    for (const listener of this.#listeners) listener(pki);
  }

  /** Returns what ends it. */
  onChange(listener: (pki: BoardPki) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
