/** `exec` and `attach`: somebody sits at a process, which goes with them if it was begun for them. */
import type { StreamRequest } from "../../api/board-stream.ts";
import type { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import { messageOf } from "../../lib/errors.ts";
import type { RuntimeSession } from "../ports.ts";
import { findPod, findRunning, observe } from "./find-pod.ts";
import type { StreamContext } from "./stream-context.ts";

type SessionRequest = Extract<StreamRequest, { readonly type: "exec" | "attach" }>;

export async function serveSession(
  context: StreamContext,
  stream: StreamEndpoint,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<void> {
  const { runtime, log } = context;
  const pod = findPod(context, request);
  const container = findRunning(pod, await observe(context, request), request.container);
  const session = await (request.type === "exec"
    ? runtime.openExec(container.id, request.command, request)
    : runtime.attach(container.id, request));
  const leave = () => {
    session.close().catch((thrown: unknown) => log.debug("session not closed", { reason: messageOf(thrown) }));
  };
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) return leave();
  stream.onResize((columns, rows) => {
    session
      .resize(columns, rows)
      .catch((thrown: unknown) => log.debug("terminal not resized", { reason: messageOf(thrown) }));
  });
  stream.accept();
  if (request.stdin) void feed(stream, session);
  for await (const { channel, bytes } of session.output) await stream.write(channel, bytes);
  if (signal.aborted) return;
  stream.end(request.type === "exec" ? { type: "exited", code: await session.exitCode() } : { type: "closed" });
}

/** A process that reads no more has nothing against being written to. */
async function feed(stream: StreamEndpoint, session: RuntimeSession): Promise<void> {
  let isRead = true;
  for await (const bytes of stream.read(0)) {
    if (isRead)
      isRead = await session.write(bytes).then(
        () => true,
        () => false,
      );
  }
  session.endInput();
}
