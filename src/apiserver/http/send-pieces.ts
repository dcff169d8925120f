/**
 * Sends JSON as it is read from the store, no faster than its client reads. Pieces take turns: hundreds of clients that
 * ask for long lists at once wait for one another, and not each for its own list to grow in memory.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import type { Clock } from "../../lib/clock.ts";
import { Slots } from "../../lib/slots.ts";
import type { Piece, WrittenJson } from "../rendering/written-json.ts";
import { movesWithin } from "./drained.ts";
import { gzipBytesMin, gzipLevel, type HttpReply, replyHeaders, sendReply, takesGzip } from "./send-reply.ts";
import { writeBytesMax, writeParts } from "./write-parts.ts";

/** Two, so that one is read while another is on its way. */
const listsAtOnce = 2;
const objectsAtOnce = 16;
/** What a client may leave untaken while the next one gets its turn. */
const heldBytesMax = 64 * 1024;
/** For so long a turn is held by a client that takes nothing, if others wait; otherwise for so many times as long. */
const turnMs = 1_000;
const turnsMax = 30;

/** The turns of all answers of a server. Single objects do not wait for lists. */
export class Outlets {
  readonly lists = new Slots(listsAtOnce);
  readonly objects = new Slots(objectsAtOnce);
}

export interface Outgoing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** All of the reply but its body. */
  readonly head: Omit<HttpReply, "body">;
  readonly turns: Slots;
  readonly clock: Clock;
}

/** Sends a short answer, or the first piece of a long one and returns what sends the rest. Throws what reading throws. */
export async function sendPieces(to: Outgoing, { pieces }: WrittenJson): Promise<(() => Promise<void>) | undefined> {
  const { request, response, head } = to;
  const reading = pieces[Symbol.asyncIterator]();
  const sink = await inTurn(to, async () => {
    if (response.destroyed) return undefined;
    const { bytes, isLast } = await nextOf(reading);
    if (isLast && bytes.length <= writeBytesMax) {
      await sendReply(request, response, { ...head, body: bytes });
      return undefined;
    }
    const opened = open(to, !(isLast && bytes.length < gzipBytesMin) && takesGzip(request));
    return (await pass(opened, bytes, isLast, to)) ? undefined : opened;
  });
  return sink && (() => sendRest(sink, reading, to));
}

async function sendRest(sink: Writable, reading: AsyncIterator<Piece>, to: Outgoing): Promise<void> {
  for (let isOver = false; !isOver; ) {
    isOver = await inTurn(to, async () => {
      if (sink.destroyed) return true;
      const { bytes, isLast } = await nextOf(reading);
      return pass(sink, bytes, isLast, to);
    });
  }
  await reading.return?.();
}

/** Whoever had to wait lets the event loop first get to what else there is, heartbeats first of all. */
function inTurn<T>({ turns }: Outgoing, action: () => Promise<T>): Promise<T> {
  const hasToWait = turns.isFull;
  return turns.run(async () => {
    if (hasToWait) await new Promise<void>((resolve) => setImmediate(resolve));
    return action();
  });
}

/** Whether that was all. */
async function pass(sink: Writable, bytes: Buffer, isLast: boolean, to: Outgoing): Promise<boolean> {
  await writeParts(sink, bytes, () => taken(sink, to));
  if (isLast) sink.end();
  await taken(sink, to);
  return isLast;
}

async function nextOf(reading: AsyncIterator<Piece>): Promise<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  const next = await reading.next();
  if (next.done === true) throw new Error("an answer ends with its last piece");
  const { text, isLast } = next.value;
  return { bytes: Buffer.from(isLast ? `${text}\n` : text), isLast };
}

/** Waits until the client has most of what was written. One that takes nothing is cut off; it may ask again. */
async function taken(sink: Writable, { turns, clock }: Outgoing): Promise<void> {
  for (let turn = 1; sink.writableLength > heldBytesMax && !sink.destroyed; turn += 1) {
    const isMoving = await movesWithin(sink, turnMs, clock);
    if (!isMoving && (turns.isCrowded || turn === turnsMax)) sink.destroy();
  }
}

function open({ response, head }: Outgoing, isPacked: boolean): Writable {
  response.writeHead(head.status, { ...replyHeaders(head), ...(isPacked && { "content-encoding": "gzip" }) });
  return isPacked ? packInto(response) : response;
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
