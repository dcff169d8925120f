/** Who takes part: the configurations that a log holds, the last of which counts from the moment it is appended. */
import { assert } from "../lib/assert.ts";
import type { Entry, Peer, PeerId } from "./message.ts";

export interface ConfigurationAt {
  /** The entry that brought it, or the snapshot it came with. */
  readonly index: number;
  readonly peers: readonly Peer[];
}

/** Oldest first and never empty: the last committed configuration, then those that may still be taken back. */
export type ConfigurationHistory = ConfigurationAt[];

export function latestConfiguration(history: ConfigurationHistory): ConfigurationAt {
  const latest = history.at(-1);
  assert(latest !== undefined, "a history holds at least one configuration");
  return latest;
}

export function voterIds(peers: readonly Peer[]): PeerId[] {
  return peers.filter((peer) => peer.role === "voter").map((peer) => peer.id);
}

/** Takes over what `entries`, just put at their place in the log, say. */
export function recordConfigurations(history: ConfigurationHistory, entries: readonly Entry[]): void {
  const first = entries[0];
  if (first === undefined) return;
  while (latestConfiguration(history).index >= first.index) {
    history.pop();
    assert(history.length > 0, "a committed configuration is never taken back");
  }
  for (const entry of entries) {
    if (entry.type === "configuration") history.push({ index: entry.index, peers: entry.peers });
  }
}

/** Forgets configurations that a later committed one has replaced. */
export function settleConfigurations(history: ConfigurationHistory, commitIndex: number): void {
  while (history.length > 1 && (history[1]?.index ?? Number.POSITIVE_INFINITY) <= commitIndex) history.shift();
}

/**
 * Whether any two majorities of `before` and `after` share a voter: at most one voter comes or goes (thesis §4.1).
 * Learners may change freely.
 */
export function majoritiesOverlap(before: readonly Peer[], after: readonly Peer[]): boolean {
  const old = new Set(voterIds(before));
  const next = new Set(voterIds(after));
  const gone = [...old].filter((id) => !next.has(id)).length;
  const come = [...next].filter((id) => !old.has(id)).length;
  return next.size > 0 && gone + come <= 1;
}
