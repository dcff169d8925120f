/** Sends JSON as it is read from the store, no faster than its client takes it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import type { Clock } from "../../lib/clock.ts";
import type { Piece, WrittenJson } from "../rendering/written-json.ts";
import { movesWithin } from "./drained.ts";
import { Outlet } from "./outlet.ts";
import { gzipBytesMin, gzipLevel, type HttpReply, replyHeaders, sendReply, takesGzip } from "./send-reply.ts";
import { writeBytesMax, writeParts } from "./write-parts.ts";

/** A client that takes nothing for so long is given up where others wait, and otherwise after three times as long. */
const patienceMs = 10_000;
const patienceTimes = 3;

/** Single objects do not wait for lists, and as most are small seldom for one another. */
export class Outlets {
  readonly lists = new Outlet(2);
  readonly objects = new Outlet(16);
}

export interface Outgoing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** All of the reply but its body. */
  readonly head: Omit<HttpReply, "body">;
  readonly outlet: Outlet;
  readonly clock: Clock;
}

/** Sends a short answer, or returns what sends a long one. Throws what reading its first piece throws. */
export async function sendPieces(to: Outgoing, { pieces }: WrittenJson): Promise<(() => Promise<void>) | undefined> {
  const { request, response, head, outlet } = to;
  const reading = pieces[Symbol.asyncIterator]();
  const first = await outlet.hold(() => next(reading, response));
  const { bytes, isLast } = first;
  // Whoever is refused after all, as too many streams are open, is not sent it.
  response.once("close", () => outlet.release(first));
  if (response.destroyed) outlet.release(first);
  if (!isLast || bytes.length > writeBytesMax) {
    const isPacked = (!isLast || bytes.length >= gzipBytesMin) && takesGzip(request);
    return () => sendLong(first, reading, isPacked, to);
  }
  outlet.release(first);
  await sendReply(request, response, { ...head, body: bytes });
  return undefined;
}

interface Part {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

async function next(reading: AsyncIterator<Piece>, sink: Writable): Promise<Part> {
  if (sink.destroyed) return { bytes: new Uint8Array(), isLast: true };
  const { done, value } = await reading.next();
  if (done === true) throw new Error("an answer ends with its last piece");
  const { text, isLast } = value;
  return { bytes: Buffer.from(isLast ? `${text}\n` : text), isLast };
}

async function sendLong(first: Part, reading: AsyncIterator<Piece>, isPacked: boolean, to: Outgoing): Promise<void> {
  const { response, head, outlet } = to;
  if (!response.destroyed)
    response.writeHead(head.status, { ...replyHeaders(head), ...(isPacked && { "content-encoding": "gzip" }) });
  const sink = isPacked ? packInto(response) : response;
  for (let part = first; ; part = await outlet.hold(() => next(reading, response))) {
    try {
      await writeParts(sink, part.bytes, () => taken(sink, to));
      if (part.isLast) sink.end();
      await taken(sink, to);
    } finally {
      outlet.release(part);
    }
    if (part.isLast) break;
  }
  await reading.return?.();
}

/** Waits until the client has most of what was written. One that takes nothing is cut off; it may ask again. */
async function taken(sink: Writable, { outlet, clock }: Outgoing): Promise<void> {
  for (let times = 1; sink.writableLength > writeBytesMax && !sink.destroyed; times += 1) {
    const isMoving = await movesWithin(sink, patienceMs, clock);
    if (!isMoving && (outlet.isCrowded || times === patienceTimes)) sink.destroy();
  }
}

/** Each ends with the other, however that is. */
function packInto(response: ServerResponse): Writable {
  const gzip = createGzip({ level: gzipLevel });
  response.once("close", () => gzip.destroy());
  gzip.once("close", () => {
    if (!gzip.readableEnded) response.destroy();
  });
  gzip.on("error", () => response.destroy());
  gzip.pipe(response);
  return gzip;
}
