/** The voters that are connected to the shared broker now, as far as they have shown a voter's certificate. */
import { X509Certificate } from "node:crypto";
import type { Clock } from "../../../lib/clock.ts";
import { type PresentVoter, readVoter } from "./announcement.ts";

export class PresentVoters {
  readonly #authority: X509Certificate;
  readonly #clock: Clock;
  readonly #voters = new Map<string, PresentVoter>();

  constructor(fleetCaPem: string, clock: Clock) {
    this.#authority = new X509Certificate(fleetCaPem);
    this.#clock = clock;
  }

  get all(): readonly PresentVoter[] {
    return [...this.#voters.values()];
  }

  of(node: string): PresentVoter | undefined {
    return this.#voters.get(node);
  }

  /** `node` is proven by the topic; an empty payload, or one that proves no voter, takes the node off the list. */
  note(node: string, payload: Uint8Array): void {
    const voter = readVoter(payload, node, this.#authority, this.#clock.nowMs());
    if (voter === undefined) this.#voters.delete(node);
    else this.#voters.set(node, voter);
  }

  /** The connection is lost, and with it all knowledge of who is there. */
  clear(): void {
    this.#voters.clear();
  }
}
