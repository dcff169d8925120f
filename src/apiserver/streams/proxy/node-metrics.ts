/** Asks a board for its own figures, over its one connection. */
import type { BoardStreams } from "../../../api/board-stream.ts";
import { metricsContentType } from "../../../lib/render-metrics.ts";
import type { HttpReply } from "../../http/send-reply.ts";
import { asRefusal, refusal } from "../board-refusal.ts";

const answerMsMax = 5_000;
const answerBytesMax = 1024 * 1024;

/** As Prometheus reads them. Throws `ApiError`: 503 of a board that is away or does not answer in time. */
export async function nodeMetrics(boards: BoardStreams, node: string, signal: AbortSignal): Promise<HttpReply> {
  const deadline = AbortSignal.timeout(answerMsMax);
  const bounded = AbortSignal.any([signal, deadline]);
  try {
    const stream = await boards.open(node, { type: "metrics" }, bounded);
    const parts: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const part of stream.read(1)) {
        bytes += part.byteLength;
        if (bytes > answerBytesMax) throw refusal(502, "BadGateway", `${node} says more than a board has to say`);
        parts.push(part);
      }
    } finally {
      stream.close();
    }
    return { status: 200, contentType: metricsContentType, body: Buffer.concat(parts) };
  } catch (thrown) {
    if (deadline.aborted) throw refusal(504, "Timeout", `${node} did not answer within ${answerMsMax / 1000} s`);
    throw asRefusal(thrown);
  }
}
