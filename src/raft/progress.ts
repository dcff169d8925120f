/** What a leader knows of one peer's log and how freely it may send to it. */
import { assert } from "../lib/assert.ts";
import { type Entry, type Snapshot, totalBytes } from "./message.ts";

interface InFlight {
  readonly lastIndex: number;
  readonly byteCount: number;
}

export interface Progress {
  /** The peer's disk holds our log through here. */
  matchIndex: number;
  /** The next entry to send. Always above `matchIndex`. */
  nextIndex: number;
  /** The commit index it was last told with entries; a heartbeat repeats what was lost. */
  commitIndexSent: number;
  /** One message a heartbeat while we look for where the logs agree; a stream once we know; nothing beside a snapshot. */
  state: "probe" | "replicate" | "snapshot";
  /** In `probe`: the one message is out. */
  probeSent: boolean;
  /** In `replicate`: the unanswered messages, oldest first. */
  inFlight: InFlight[];
  /** In `snapshot`: ticks since it was asked for, or since the peer took a part of it. */
  snapshotTicks: number;
  /** In `snapshot`, once there is one to send. */
  transfer: SnapshotTransfer | undefined;
  /** Heard from since the last check of the quorum. */
  recentlyActive: boolean;
  /** The last heartbeat round it answered. */
  ackedRound: number;
}

export interface SnapshotTransfer {
  readonly snapshot: Snapshot;
  /** The peer holds the bytes before. */
  offset: number;
  /** Of those bytes. */
  checksum: number;
  /** Since the last part was sent. */
  unansweredTicks: number;
}

export function createProgress(nextIndex: number): Progress {
  return {
    matchIndex: 0,
    nextIndex,
    commitIndexSent: 0,
    state: "probe",
    probeSent: false,
    inFlight: [],
    snapshotTicks: 0,
    transfer: undefined,
    // A newcomer is given one period before its silence counts.
    recentlyActive: true,
    ackedRound: 0,
  };
}

interface FlowLimits {
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
}

export function isPaused(progress: Progress, limits: FlowLimits): boolean {
  switch (progress.state) {
    case "probe":
      return progress.probeSent;
    case "replicate":
      return progress.inFlight.length >= limits.inFlightMax || inFlightBytes(progress) >= limits.inFlightBytesMax;
    case "snapshot":
      return true;
  }
}

export function becomeProbe(progress: Progress): void {
  enter(progress, "probe");
  progress.nextIndex = progress.matchIndex + 1;
}

export function becomeReplicate(progress: Progress): void {
  enter(progress, "replicate");
  progress.nextIndex = progress.matchIndex + 1;
}

export function becomeSnapshot(progress: Progress): void {
  enter(progress, "snapshot");
}

function enter(progress: Progress, state: Progress["state"]): void {
  progress.state = state;
  progress.probeSent = false;
  progress.inFlight = [];
  progress.snapshotTicks = 0;
  progress.transfer = undefined;
}

function inFlightBytes({ inFlight }: Progress): number {
  return inFlight.reduce((bytes, { byteCount }) => bytes + byteCount, 0);
}

/** `entries`, through `lastIndex`, left for the peer, and with them the commit index. */
export function noteSent(progress: Progress, lastIndex: number, entries: readonly Entry[], commitIndex: number): void {
  progress.commitIndexSent = commitIndex;
  if (progress.state === "probe") {
    progress.probeSent = true;
  } else if (entries.length > 0) {
    progress.nextIndex = lastIndex + 1;
    progress.inFlight.push({ lastIndex, byteCount: totalBytes(entries) });
  }
}

/** The peer holds everything through `matchIndex`. Returns whether that is news. */
export function noteAccepted(progress: Progress, matchIndex: number): boolean {
  while ((progress.inFlight[0]?.lastIndex ?? Number.POSITIVE_INFINITY) <= matchIndex) progress.inFlight.shift();
  if (matchIndex <= progress.matchIndex) return false;
  progress.matchIndex = matchIndex;
  progress.nextIndex = Math.max(progress.nextIndex, matchIndex + 1);
  progress.probeSent = false;
  return true;
}

/**
 * The peer had no entry `previousIndex` like ours and may agree through `agreeIndex`. Returns false for an answer to
 * something older than what we know by now.
 */
export function noteRejected(progress: Progress, previousIndex: number, agreeIndex: number): boolean {
  // Late, or from a peer whose disk has lost what it acknowledged: sending the same again at once would help neither.
  if (previousIndex <= progress.matchIndex) return false;
  if (progress.state === "replicate") {
    becomeProbe(progress);
    return true;
  }
  if (progress.state === "snapshot" || previousIndex !== progress.nextIndex - 1) return false;
  progress.nextIndex = Math.max(Math.min(previousIndex, agreeIndex + 1), progress.matchIndex + 1);
  progress.probeSent = false;
  assert(progress.nextIndex > progress.matchIndex, "nextIndex is above matchIndex");
  return true;
}
