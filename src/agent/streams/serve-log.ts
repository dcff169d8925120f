/** A container's log: what it has printed so far and, where it is followed, what it prints until it ends. */
import type { StreamRequest } from "../../api/board-stream.ts";
import type { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import { findLogged, findPod, observe } from "./find-pod.ts";
import { type StreamContext, StreamRefusal } from "./stream-context.ts";

export async function serveLog(
  context: StreamContext,
  stream: StreamEndpoint,
  request: Extract<StreamRequest, { readonly type: "log" }>,
  signal: AbortSignal,
): Promise<void> {
  const pod = findPod(context, request);
  const container = findLogged(pod, await observe(context, request), request.container, request.previous);
  const { follow, timestamps, tailLines, sinceMs, limitBytes = Number.POSITIVE_INFINITY } = request;
  // Ends the reading when the limit is reached, not only when the client goes.
  const enough = new AbortController();
  const stop = () => enough.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const lines = context.runtime.logs(container.id, { follow, timestamps, tailLines, sinceMs }, enough.signal);
  stream.accept();
  let left = limitBytes;
  try {
    for await (const bytes of lines) {
      await stream.write(1, bytes.subarray(0, left));
      left -= bytes.length;
      if (left <= 0) break;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    enough.abort(new Error("enough was read"));
  }
  if (follow && left > 0 && (await context.runtime.inspect(container.id))?.state === "running") {
    throw new StreamRefusal("Unavailable", `the container engine of board ${context.node} ended the log: try again`);
  }
  stream.end({ type: "closed" });
}
