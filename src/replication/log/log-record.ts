/** What one write to the Raft log says: the hard state always, and one change of the log. */
import { unreachable } from "../../lib/assert.ts";
import type { Entry, EntryPosition, HardState } from "../../raft/message.ts";
import { ByteReader, MalformedError } from "../encoding/byte-reader.ts";
import { ByteWriter } from "../encoding/byte-writer.ts";
import { readEntry, writeEntry } from "../encoding/entry-codec.ts";

export interface LogRecord {
  readonly hardState: HardState;
  readonly change: LogChange;
}

export type LogChange =
  /** Entries that follow `previous` and replace whatever followed it; none where only the hard state changed. */
  | { readonly type: "entries"; readonly previous: EntryPosition; readonly entries: readonly Entry[] }
  /**
   * The state is about to be replaced by a snapshot at `position`, while the log still ends at `previous`. Until the
   * next record it is open which state is there.
   */
  | { readonly type: "snapshotBegun"; readonly previous: EntryPosition; readonly position: EntryPosition }
  /** The state is at `position` at least, and the log starts behind it. */
  | { readonly type: "snapshotInstalled"; readonly position: EntryPosition };

const formatVersion = 1;
const changeTypes = ["entries", "snapshotBegun", "snapshotInstalled"] as const;

export function encodeLogRecord({ hardState, change }: LogRecord): Uint8Array {
  const writer = new ByteWriter(512);
  writer.byte(formatVersion).byte(changeTypes.indexOf(change.type));
  writer.integer(hardState.term).text(hardState.vote ?? "");
  switch (change.type) {
    case "entries":
      writePosition(writer, change.previous);
      writer.list(change.entries, writeEntry);
      break;
    case "snapshotBegun":
      writePosition(writer, change.previous);
      writePosition(writer, change.position);
      break;
    case "snapshotInstalled":
      writePosition(writer, change.position);
      break;
    default:
      unreachable(change);
  }
  return writer.finish();
}

/** Throws `MalformedError`. */
export function decodeLogRecord(bytes: Uint8Array): LogRecord {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== formatVersion) throw new MalformedError("a log record of another version of bramble");
  const type = changeTypes[reader.byte()];
  const hardState = { term: reader.integer(), vote: reader.text() || undefined };
  const change = readChange(reader, type);
  reader.end();
  return { hardState, change };
}

function readChange(reader: ByteReader, type: LogChange["type"] | undefined): LogChange {
  switch (type) {
    case "entries":
      return { type, previous: readPosition(reader), entries: reader.list(readEntry) };
    case "snapshotBegun":
      return { type, previous: readPosition(reader), position: readPosition(reader) };
    case "snapshotInstalled":
      return { type, position: readPosition(reader) };
    case undefined:
      throw new MalformedError("a log record of an unknown type");
    default:
      return unreachable(type);
  }
}

function writePosition(writer: ByteWriter, { index, term }: EntryPosition): void {
  writer.integer(index).integer(term);
}

function readPosition(reader: ByteReader): EntryPosition {
  return { index: reader.integer(), term: reader.integer() };
}
