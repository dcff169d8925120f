/** Sorts what is to be sent: what promises something about this disk must wait for it, the rest need not. */
import type { Message, MessageBody, PeerId } from "./message.ts";
import type { Raft } from "./raft.ts";

/** Queues a message in the current term, or in the one given. */
export function send(raft: Raft, to: PeerId, body: MessageBody, term = raft.term): void {
  const message: Message = { from: raft.id, to, term, ...body };
  (promisesNothing(message) ? raft.urgent : raft.outbox).push(message);
}

/**
 * Pre-votes bind nobody. What a leader sends needs its term on disk but not its entries: it may replicate while its
 * own write is under way, and counts itself only afterwards (thesis §10.2.1).
 */
function promisesNothing(message: Message): boolean {
  switch (message.type) {
    case "preVote":
    case "preVoteResponse":
    case "appendEntries":
    case "heartbeat":
    case "heartbeatResponse":
    case "installSnapshot":
    case "snapshotWanted":
    case "timeoutNow":
      return true;
    case "requestVote":
    case "requestVoteResponse":
    case "appendAccepted":
    case "appendRejected":
      return false;
  }
}
