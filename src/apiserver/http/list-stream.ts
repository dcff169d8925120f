/** Sends an answer that is too long to be held as a whole, no faster than its client reads. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import type { Clock } from "../../lib/clock.ts";
import { drained } from "./drained.ts";
import { gzipLevel, type HttpReply, replyHeaders, takesGzip } from "./send-reply.ts";

/** `rest` follows the reply's body. What it throws comes too late for another answer: the connection must end. */
export async function sendLongReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: HttpReply,
  rest: AsyncIterable<string>,
  clock: Clock,
): Promise<void> {
  if (response.destroyed) return;
  const isPacked = takesGzip(request);
  response.writeHead(reply.status, { ...replyHeaders(reply), ...(isPacked && { "content-encoding": "gzip" }) });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const sink = isPacked ? packInto(response) : response;
  if (!sink.write(reply.body)) await drained(sink, clock);
  for await (const text of rest) {
    if (sink.destroyed) return;
    if (!sink.write(text)) await drained(sink, clock);
  }
  sink.end("\n");
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
