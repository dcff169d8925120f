/** The leader's half of a snapshot's way: one part at a time, from where the peer says that it has come. */
import { fnv1aBytes } from "../lib/fnv.ts";
import type { MessageOf, PeerId, Snapshot } from "./message.ts";
import type { SnapshotTransfer } from "./progress.ts";
import type { Raft } from "./raft.ts";
import { send } from "./send.ts";

/** Begins, where a snapshot is still wanted, and forgets what was on its way before. */
export function startTransfer(raft: Raft, to: PeerId, snapshot: Snapshot): void {
  const progress = raft.progress.get(to);
  if (progress?.state !== "snapshot") return;
  progress.snapshotTicks = 0;
  progress.transfer = { snapshot, offset: 0, checksum: fnv1aBytes(new Uint8Array()), unansweredTicks: 0 };
  sendChunk(raft, to, progress.transfer);
}

/** A snapshot that is on its way to another peer, if the log goes on from there: nobody need make a new one. */
export function transferredSnapshot(raft: Raft): Snapshot | undefined {
  const snapshots = raft.progress.values().map(({ transfer }) => transfer?.snapshot);
  return snapshots.find((snapshot) => snapshot !== undefined && snapshot.index >= raft.log.base.index);
}

export function learnSnapshotWanted(raft: Raft, { from, index, offset }: MessageOf<"snapshotWanted">): void {
  const progress = raft.progress.get(from);
  if (progress === undefined) return;
  progress.recentlyActive = true;
  const { transfer } = progress;
  if (transfer?.snapshot.index !== index || offset > transfer.snapshot.data.byteLength) return;
  // An answer to an older part, or to one that was repeated, asks for nothing; one that lost everything asks for all.
  if (offset <= transfer.offset && (offset > 0 || transfer.offset === 0)) return;
  const sent = transfer.snapshot.data.subarray(Math.min(offset, transfer.offset), offset);
  transfer.checksum = fnv1aBytes(sent, offset === 0 ? undefined : transfer.checksum);
  transfer.offset = offset;
  progress.snapshotTicks = 0;
  sendChunk(raft, from, transfer);
}

/** The peer hears us: sends the last part again where it, or its answer, was lost. */
export function repeatIfUnanswered(raft: Raft, to: PeerId, transfer: SnapshotTransfer): void {
  if (transfer.unansweredTicks >= raft.tuning.electionTicksMin) sendChunk(raft, to, transfer);
}

function sendChunk(raft: Raft, to: PeerId, transfer: SnapshotTransfer): void {
  const { offset } = transfer;
  const { index, term, peers, data: whole } = transfer.snapshot;
  const data = whole.subarray(offset, offset + raft.tuning.appendBytesMax);
  const snapshot = { index, term, peers, byteCount: whole.byteLength };
  transfer.unansweredTicks = 0;
  const checksum = fnv1aBytes(data, transfer.checksum);
  send(raft, to, { type: "installSnapshot", snapshot, offset, data, checksum });
}
