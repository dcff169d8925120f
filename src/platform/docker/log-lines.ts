/**
 * Makes a container's lines of the entries in the engine's answer, each of which begins with its timestamp, and mends
 * what engines get wrong: a line of more than 16 KiB is kept in pieces, each with a timestamp and the last without its
 * line feed; and whoever follows a log is told the beginning of a new file again when the old one is put aside.
 */
import type { EngineFrame } from "./demultiplex.ts";

/** `2026-01-02T03:04:05.123456789Z ` */
const stampBytes = 31;
const lineFeed = Uint8Array.of(10);
/** All pieces of a long line are so long, except its last. */
const pieceBytes = 16 * 1024;
/** How far back a line is known again; what is repeated are the few lines between two words of the file system. */
const knownMax = 16_384;

export interface LineOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
}

interface Place {
  /** The last line that was told, as far as it is one entry. */
  stamp: string;
  entry: Uint8Array;
  isInLine: boolean;
  isRepeated: boolean;
  readonly known: Set<string>;
}

export class LogLines {
  readonly #options: LineOptions;
  readonly #places = { 1: newPlace(), 2: newPlace() };

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** The parts of lines in an entry. */
  take({ channel, bytes }: EngineFrame): Uint8Array[] {
    const place = this.#places[channel];
    const text = bytes.subarray(stampBytes);
    const hasEnd = text.at(-1) === lineFeed[0];
    const isStart = !place.isInLine;
    if (isStart && this.#options.follow) noteLine(place, bytes);
    place.isInLine = !hasEnd && text.length >= pieceBytes;
    if (place.isRepeated) return [];
    const part = isStart && this.#options.timestamps ? bytes : text;
    return hasEnd || place.isInLine ? [part] : [part, lineFeed];
  }
}

function newPlace(): Place {
  return { stamp: "", entry: new Uint8Array(0), isInLine: false, isRepeated: false, known: new Set() };
}

/** A repetition goes back in time, to what is known, and ends with the newest; a clock that was set back repeats nothing. */
function noteLine(place: Place, entry: Uint8Array): void {
  const stamp = stampOf(entry);
  const isBack = stamp < place.stamp || (stamp === place.stamp && (place.isRepeated || isSame(entry, place.entry)));
  place.isRepeated = isBack && place.known.has(stamp);
  if (place.isRepeated) return;
  place.entry = entry;
  place.stamp = stamp;
  place.known.add(stamp);
  if (place.known.size <= knownMax) return;
  for (const oldest of place.known) {
    place.known.delete(oldest);
    break;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function stampOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, stampBytes)).toString("latin1");
}
