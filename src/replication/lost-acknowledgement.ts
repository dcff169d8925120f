/** Whether this voter's disk holds less than it once acknowledged, as when an old backup was put in its place. */
import { lastIndex } from "../raft/log.ts";
import type { Message } from "../raft/message.ts";
import type { Raft } from "../raft/raft.ts";

/**
 * A heartbeat names no commit index above what its leader knows this very peer to hold, because the peer said so in the
 * leader's term, after its disk had it. Within a term a log never becomes shorter than that, so a late or repeated
 * heartbeat accuses nobody wrongly.
 */
export function hasLostAcknowledged(raft: Pick<Raft, "term" | "log">, message: Message): boolean {
  return message.type === "heartbeat" && message.term >= raft.term && message.commitIndex > lastIndex(raft.log);
}
