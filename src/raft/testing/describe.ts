/** Messages and entries in a few words, for people who read scenarios. */
import type { Entry, Message, MessageOf } from "../message.ts";

export function describeMessage(message: Message): string {
  return `${message.from}->${message.to} ${message.type} term=${message.term} ${describeBody(message)}`.trimEnd();
}

export function describeEntries(entries: readonly Entry[]): string {
  return entries.map(describeEntry).join(" ");
}

function describeEntry(entry: Entry): string {
  switch (entry.type) {
    case "noop":
      return `${entry.index}/${entry.term}`;
    case "command":
      return `${entry.index}/${entry.term}:${new TextDecoder().decode(entry.data)}`;
    case "configuration":
      return `${entry.index}/${entry.term}:{${entry.peers.map((peer) => `${peer.id}${peer.role === "learner" ? "?" : ""}`).join(",")}}`;
  }
}

function describeBody(message: Message): string {
  switch (message.type) {
    case "preVote":
      return `last=${message.lastIndex}/${message.lastTerm}`;
    case "requestVote":
      return `last=${message.lastIndex}/${message.lastTerm}${message.isHandover ? " handover" : ""}`;
    case "preVoteResponse":
    case "requestVoteResponse":
      return message.granted ? "granted" : "refused";
    case "appendEntries":
      return `after=${message.previousIndex}/${message.previousTerm} commit=${message.commitIndex} [${describeEntries(message.entries)}]`;
    case "appendAccepted":
      return `match=${message.matchIndex}`;
    case "appendRejected":
      return `after=${message.previousIndex} hint=${message.hintIndex}/${message.hintTerm}`;
    case "heartbeat":
      return `commit=${message.commitIndex} round=${message.round}`;
    case "heartbeatResponse":
      return `round=${message.round}`;
    case "installSnapshot":
      return `at=${message.snapshot.index}/${message.snapshot.term}${describeChunk(message)}`;
    case "snapshotWanted":
      return `at=${message.index} from=${message.offset}`;
    case "timeoutNow":
      return "";
  }
}

function describeChunk({ snapshot, offset, data }: MessageOf<"installSnapshot">): string {
  const { byteCount } = snapshot;
  return byteCount === 0 ? "" : ` bytes=${offset}..${offset + data.byteLength} of ${byteCount}`;
}
