/** Opens on this board what a voter asks for. */
import type { StreamFailure, StreamRequest } from "../../api/board-stream.ts";
import { messageOf } from "../../lib/errors.ts";
import { RuntimeUnavailableError } from "../ports.ts";
import { serveConnect } from "./serve-connect.ts";
import { serveLog } from "./serve-log.ts";
import { serveMetrics } from "./serve-metrics.ts";
import { serveSession } from "./serve-session.ts";
import { serveUsage } from "./serve-usage.ts";
import { type StreamContext, StreamRefusal } from "./stream-context.ts";
import type { StreamHandler } from "./stream-desk.ts";

export function serveStreams(context: StreamContext): StreamHandler {
  return async (stream, request, signal) => {
    try {
      if (request.type === "usage") await serveUsage(context, stream);
      else if (request.type === "metrics") await serveMetrics(context, stream);
      else if (request.type === "log") await serveLog(context, stream, request, signal);
      else if (request.type === "connect") await serveConnect(context, stream, request, signal);
      else await serveSession(context, stream, request, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      context.log.debug("stream failed", { type: request.type, pod: podOf(request), reason: messageOf(thrown) });
      stream.end(failureOf(thrown));
    }
  };
}

function podOf(request: StreamRequest): string | undefined {
  return "pod" in request ? `${request.namespace}/${request.pod}` : undefined;
}

function failureOf(thrown: unknown): StreamFailure {
  const message = messageOf(thrown).slice(0, 4_096);
  if (thrown instanceof StreamRefusal) return { type: "failed", reason: thrown.reason, message };
  if (thrown instanceof RuntimeUnavailableError) return { type: "failed", reason: "Unavailable", message };
  return { type: "failed", reason: "Internal", message };
}
