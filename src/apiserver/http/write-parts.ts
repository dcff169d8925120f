import type { Writable } from "node:stream";

/** Node's TLS keeps for each connection as much memory as its largest write took, so no write is a large one. */
export const writeBytesMax = 64 * 1024;

/** Resolves when all is written, or `sink` is closed. `moves` resolves when it takes more. */
export async function writeParts(sink: Writable, bytes: Uint8Array, moves: () => Promise<unknown>): Promise<void> {
  for (let at = 0; at < bytes.length && !sink.destroyed; at += writeBytesMax) {
    if (!sink.write(bytes.subarray(at, at + writeBytesMax))) await moves();
  }
}
