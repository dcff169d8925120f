/** Raft messages as bytes. Sender and receiver are not among them: the transport knows both, the sender by proof. */
import { unreachable } from "../../lib/assert.ts";
import type { Message, MessageBody, PeerId } from "../../raft/message.ts";
import { ByteReader, MalformedError } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { readEntry, readPeers, writeEntry, writePeers } from "./entry-codec.ts";

const formatVersion = 1;

/** The receiver sets this much aside before it has seen any of it. */
const snapshotBytesMax = 1024 * 1024 * 1024;

/** The place in this list is the type's number on the wire: only ever add at the end. */
const types = [
  "preVote",
  "preVoteResponse",
  "requestVote",
  "requestVoteResponse",
  "appendEntries",
  "appendAccepted",
  "appendRejected",
  "heartbeat",
  "heartbeatResponse",
  "installSnapshot",
  "timeoutNow",
  "snapshotWanted",
] as const satisfies readonly MessageBody["type"][];

/** Messages that may be the first that a peer hears of another, and so must say where to answer. */
const introducingTypes: readonly string[] = ["preVote", "requestVote", "heartbeat"] satisfies MessageBody["type"][];

export interface Received {
  readonly message: Message;
  /** The sender's `Peer.context`, empty when the message is not of a kind that carries it. */
  readonly context: string;
}

export function encodeMessage(message: Message, senderContext: string): Uint8Array {
  const writer = new ByteWriter(message.type === "installSnapshot" ? message.data.byteLength + 1024 : 256);
  writer.byte(formatVersion).byte(types.indexOf(message.type)).integer(message.term);
  if (introducingTypes.includes(message.type)) writer.text(senderContext);
  switch (message.type) {
    case "preVote":
      writer.integer(message.lastIndex).integer(message.lastTerm);
      break;
    case "requestVote":
      writer.integer(message.lastIndex).integer(message.lastTerm);
      writer.byte(message.isHandover ? 1 : 0);
      break;
    case "preVoteResponse":
    case "requestVoteResponse":
      writer.byte(message.granted ? 1 : 0);
      break;
    case "appendEntries":
      writer.integer(message.previousIndex).integer(message.previousTerm).integer(message.commitIndex);
      writer.list(message.entries, writeEntry);
      break;
    case "appendAccepted":
      writer.integer(message.matchIndex);
      break;
    case "appendRejected":
      writer.integer(message.previousIndex).integer(message.hintIndex).integer(message.hintTerm);
      break;
    case "heartbeat":
      writer.integer(message.commitIndex).integer(message.round);
      break;
    case "heartbeatResponse":
      writer.integer(message.round);
      break;
    case "installSnapshot":
      writer.integer(message.snapshot.index).integer(message.snapshot.term);
      writePeers(writer, message.snapshot.peers);
      writer.integer(message.snapshot.byteCount).integer(message.offset).integer(message.checksum).bytes(message.data);
      break;
    case "snapshotWanted":
      writer.integer(message.index).integer(message.offset);
      break;
    case "timeoutNow":
      break;
    default:
      unreachable(message);
  }
  return writer.finish();
}

/** Undefined for bytes that are no message of this format: to a receiver they are as good as lost. */
export function decodeMessage(bytes: Uint8Array, from: PeerId, to: PeerId): Received | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.byte() !== formatVersion) return undefined;
    const type = types[reader.byte()];
    const term = reader.integer();
    const context = type !== undefined && introducingTypes.includes(type) ? reader.text() : "";
    const body = readBody(reader, type);
    reader.end();
    return { message: { from, to, term, ...body }, context };
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

function readBody(reader: ByteReader, type: (typeof types)[number] | undefined): MessageBody {
  switch (type) {
    case "preVote":
      return { type, lastIndex: reader.integer(), lastTerm: reader.integer() };
    case "requestVote": {
      const ballot = { lastIndex: reader.integer(), lastTerm: reader.integer() };
      return { type, ...ballot, isHandover: reader.byte() === 1 };
    }
    case "preVoteResponse":
    case "requestVoteResponse":
      return { type, granted: reader.byte() === 1 };
    case "appendEntries": {
      const previousIndex = reader.integer();
      const previousTerm = reader.integer();
      const commitIndex = reader.integer();
      const entries = reader.list(readEntry);
      if (entries.some((entry, offset) => entry.index !== previousIndex + 1 + offset)) {
        throw new MalformedError("entries with a gap");
      }
      return { type, previousIndex, previousTerm, commitIndex, entries };
    }
    case "appendAccepted":
      return { type, matchIndex: reader.integer() };
    case "appendRejected":
      return { type, previousIndex: reader.integer(), hintIndex: reader.integer(), hintTerm: reader.integer() };
    case "heartbeat":
      return { type, commitIndex: reader.integer(), round: reader.integer() };
    case "heartbeatResponse":
      return { type, round: reader.integer() };
    case "installSnapshot": {
      const index = reader.integer();
      const term = reader.integer();
      const snapshot = { index, term, peers: readPeers(reader), byteCount: reader.integer() };
      const part = { offset: reader.integer(), checksum: reader.integer(), data: reader.bytes() };
      if (snapshot.byteCount > snapshotBytesMax || part.offset + part.data.byteLength > snapshot.byteCount) {
        throw new MalformedError("a part of a snapshot that is longer than the whole");
      }
      return { type, snapshot, ...part };
    }
    case "snapshotWanted":
      return { type, index: reader.integer(), offset: reader.integer() };
    case "timeoutNow":
      return { type };
    case undefined:
      throw new MalformedError("a message of an unknown type");
    default:
      return unreachable(type);
  }
}
