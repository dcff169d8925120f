/** `GET …/pods/<pod>/log`: a container's output as text, as far as it goes or as long as the client follows it. */
import type { ServerResponse } from "node:http";
import { ApiError } from "../../../api/api-error.ts";
import type { BoardStream, BoardStreams } from "../../../api/board-stream.ts";
import type { Clock } from "../../../lib/clock.ts";
import { asRefusal, boardRefusal } from "../board-refusal.ts";
import { drained } from "../byte-link.ts";
import { boardOf, findContainer } from "../find-container.ts";
import type { FleetObjects } from "../fleet-objects.ts";
import { parseLogOptions } from "./log-options.ts";
import { logRefusal } from "./log-refusal.ts";

export interface LogSources {
  readonly objects: FleetObjects;
  readonly boards: BoardStreams;
  readonly clock: Clock;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

/** Returns what writes the log, which has begun by then. Throws `ApiError`. */
export async function openLog(
  { objects, boards, clock }: LogSources,
  { namespace, pod: name, query, signal }: LogRequest,
): Promise<(response: ServerResponse) => Promise<void>> {
  const { container: asked, ...options } = parseLogOptions(query, clock.nowMs());
  const pod = await objects.pod({ namespace, name }, signal);
  const board = boardOf(pod);
  const container = findContainer(pod, asked);
  const why = logRefusal(pod, container, options.previous);
  if (why !== undefined) throw ApiError.badRequest(why);
  const { uid = "" } = pod.metadata;
  const request = { type: "log" as const, namespace, pod: name, uid, container, ...options };
  const stream = await boards.open(board, request, signal).catch((thrown: unknown) => {
    throw asRefusal(thrown);
  });
  // Also where nobody gets as far as to write the log.
  signal.addEventListener("abort", () => stream.close(), { once: true });
  const chunks = stream.read(1)[Symbol.asyncIterator]();
  // A board that finds no log says so before any of it: that is still an answer with a code.
  const first = options.follow ? undefined : await chunks.next();
  if (first?.done === true) {
    const end = await stream.ended;
    if (end.type === "failed") throw boardRefusal(end);
  }
  return async (response) => {
    try {
      await writeLog(response, stream, first, chunks);
    } finally {
      stream.close();
    }
  };
}

async function writeLog(
  response: ServerResponse,
  stream: BoardStream,
  first: IteratorResult<Uint8Array> | undefined,
  chunks: AsyncIterator<Uint8Array>,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-cache, private" });
  response.flushHeaders();
  for (let chunk = first ?? (await chunks.next()); chunk.done !== true; chunk = await chunks.next()) {
    if (response.destroyed) return;
    if (!response.write(chunk.value)) await drained(response).catch(() => {});
  }
  if (response.destroyed) return;
  const end = await stream.ended;
  if (end.type !== "failed") {
    response.end();
    return;
  }
  // Whoever follows must not take this for the container's end: words for people, and a body that is cut short for programs.
  response.write(`\nerror: the log ends here: ${end.message}\n`, () => response.destroy());
}
