/** Log entries and configurations as bytes; the same on disk and between voters. */
import { unreachable } from "../../lib/assert.ts";
import type { Entry, Peer } from "../../raft/message.ts";
import { type ByteReader, MalformedError } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

const noop = 0;
const command = 1;
const configuration = 2;

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  writer.integer(entry.index).integer(entry.term);
  switch (entry.type) {
    case "noop":
      writer.byte(noop);
      break;
    case "command":
      writer.byte(command).bytes(entry.data);
      break;
    case "configuration":
      writer.byte(configuration);
      writePeers(writer, entry.peers);
      break;
    default:
      unreachable(entry);
  }
}

/** Command data is a view into what is read. Throws `MalformedError`. */
export function readEntry(reader: ByteReader): Entry {
  const index = reader.integer();
  const term = reader.integer();
  switch (reader.byte()) {
    case noop:
      return { index, term, type: "noop" };
    case command:
      return { index, term, type: "command", data: reader.bytes() };
    case configuration:
      return { index, term, type: "configuration", peers: readPeers(reader) };
    default:
      throw new MalformedError("an entry of an unknown type");
  }
}

export function writePeers(writer: ByteWriter, peers: readonly Peer[]): void {
  writer.list(peers, (_, peer) => {
    writer
      .text(peer.id)
      .byte(peer.role === "voter" ? 1 : 0)
      .text(peer.context);
  });
}

export function readPeers(reader: ByteReader): Peer[] {
  return reader.list((): Peer => {
    const id = reader.text();
    const role = reader.byte() === 1 ? "voter" : "learner";
    return { id, role, context: reader.text() };
  });
}
