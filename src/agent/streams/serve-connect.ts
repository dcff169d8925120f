/** `port-forward` and the proxies: a TCP connection to what listens in a pod. */
import type { StreamRequest } from "../../api/board-stream.ts";
import type { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { messageOf } from "../../lib/errors.ts";
import type { PodConnection } from "../ports.ts";
import { findPod, observe } from "./find-pod.ts";
import { type StreamContext, StreamRefusal } from "./stream-context.ts";

export async function serveConnect(
  context: StreamContext,
  stream: StreamEndpoint,
  request: Extract<StreamRequest, { readonly type: "connect" }>,
  signal: AbortSignal,
): Promise<void> {
  const pod = findPod(context, request);
  const connection = await dial(context, pod, request, signal);
  signal.addEventListener("abort", () => connection.close(), { once: true });
  if (signal.aborted) return connection.close();
  stream.accept();
  await Promise.all([send(stream, connection), receive(stream, connection)]);
  connection.close();
  stream.end({ type: "closed" });
}

async function dial(
  context: StreamContext,
  pod: Pod,
  request: { readonly namespace: string; readonly pod: string; readonly uid: string; readonly port: number },
  signal: AbortSignal,
): Promise<PodConnection> {
  const { dialler, hostAddress } = context;
  const { port } = request;
  const isOnHost = pod.spec.hostNetwork === true;
  const sandbox = (await observe(context, request)).sandboxes.find(({ state }) => state === "running");
  if (sandbox === undefined) throw new StreamRefusal("Unavailable", `pod ${request.pod} is not running`);
  const address = isOnHost ? hostAddress : sandbox.address;
  try {
    return await dialler.dial(isOnHost ? undefined : sandbox, { address, port }, signal);
  } catch (thrown) {
    const text = `cannot connect to port ${port} of pod ${request.pod}: ${messageOf(thrown)}`;
    throw new StreamRefusal("Unavailable", text);
  }
}

/** Whoever listens may close its ear and still speak. */
async function send(stream: StreamEndpoint, connection: PodConnection): Promise<void> {
  let isHeard = true;
  for await (const bytes of stream.read(0)) {
    if (isHeard)
      isHeard = await connection.write(bytes).then(
        () => true,
        () => false,
      );
  }
  connection.endOutput();
}

async function receive(stream: StreamEndpoint, connection: PodConnection): Promise<void> {
  for await (const bytes of connection.input) await stream.write(0, bytes);
  stream.finish(0);
}
