/** The follower's half of a snapshot's way: puts its parts together, in order, whatever is lost, late or repeated. */
import { fnv1aBytes } from "../lib/fnv.ts";
import type { EntryPosition, MessageOf } from "./message.ts";

export interface SnapshotAssembly extends EntryPosition {
  /** The term of the leader that sends it. */
  readonly leaderTerm: number;
  readonly bytes: Uint8Array;
  receivedBytes: number;
  /** Of the bytes received. */
  checksum: number;
}

/**
 * The assembly after `message`. A newer snapshot, or another one of a later leader, takes the place of an unfinished
 * one; equal states make equal snapshots, so a later leader may also finish what an earlier one began.
 */
export function takeChunk(
  assembly: SnapshotAssembly | undefined,
  message: MessageOf<"installSnapshot">,
): SnapshotAssembly {
  const current = assembly === undefined || isReplaced(assembly, message) ? begin(message) : assembly;
  if (!isOf(current, message) || message.offset !== current.receivedBytes) return current;
  const checksum = fnv1aBytes(message.data, current.checksum);
  // What came before is of other bytes than this leader's: from the start, then.
  if (checksum !== message.checksum) return begin(message);
  current.bytes.set(message.data, message.offset);
  current.receivedBytes += message.data.byteLength;
  current.checksum = checksum;
  return current;
}

export function isWhole({ bytes, receivedBytes }: SnapshotAssembly): boolean {
  return receivedBytes === bytes.byteLength;
}

function begin({ term: leaderTerm, snapshot }: MessageOf<"installSnapshot">): SnapshotAssembly {
  const { index, term, byteCount } = snapshot;
  return {
    index,
    term,
    leaderTerm,
    bytes: new Uint8Array(byteCount),
    receivedBytes: 0,
    checksum: fnv1aBytes(new Uint8Array()),
  };
}

function isOf({ index, term, bytes }: SnapshotAssembly, { snapshot }: MessageOf<"installSnapshot">): boolean {
  return index === snapshot.index && term === snapshot.term && bytes.byteLength === snapshot.byteCount;
}

function isReplaced(assembly: SnapshotAssembly, message: MessageOf<"installSnapshot">): boolean {
  if (isOf(assembly, message)) return false;
  return message.snapshot.index > assembly.index || message.term > assembly.leaderTerm;
}
