/** Writes a watch to its client, one JSON object a line, no faster than the client reads. */
import type { ServerResponse } from "node:http";
import type { ApiWatchEvent } from "../../api/exchange.ts";
import type { Clock } from "../../lib/clock.ts";
import { drained } from "./drained.ts";
import { EventLines } from "./event-lines.ts";
import { writeParts } from "./write-parts.ts";

/** Of all watches of this process: they share what they are told of. */
const lines = new EventLines();

/**
 * Ends when the events do, or when the client is gone or stuck. The response buffers at most its high-water mark and
 * one event; what the client is behind by waits in the store, which bounds it.
 */
export async function writeWatchStream(
  response: ServerResponse,
  events: AsyncIterable<ApiWatchEvent>,
  clock: Clock,
): Promise<void> {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  for await (const event of events) {
    if (response.destroyed) return;
    await writeParts(response, lines.lineOf(event), () => drained(response, clock));
  }
  response.end();
}
