/** One forwarded connection: bytes both ways between a client's channel and a port of a pod, and words where it fails. */
import type { BoardStream, StreamRequest } from "../../../api/board-stream.ts";
import { messageOf } from "../../../lib/errors.ts";
import { LinkClosedError } from "../byte-link.ts";
import type { Channel } from "../channel.ts";
import { failureOf } from "../failure-of.ts";

export interface ForwardedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Opens a stream to the pod's board. Throws `BoardStreamError`. */
  open(request: StreamRequest, signal: AbortSignal): Promise<BoardStream>;
}

interface ForwardedChannels {
  readonly data: Channel;
  readonly error: Channel;
  /** Whether the client can finish its way while the other goes on. */
  readonly hasHalfClose: boolean;
}

/** Resolves when the connection is over; never rejects. What fails is told on `error`, and concerns no other connection. */
export async function forwardConnection(pod: ForwardedPod, port: number, channels: ForwardedChannels): Promise<void> {
  const { data, error } = channels;
  error.ignore();
  try {
    const { namespace, name, uid } = pod;
    const stream = await pod.open({ type: "connect", namespace, pod: name, uid, port }, data.gone);
    const failure = await joinStreams(stream, channels);
    if (failure !== undefined) await error.write(failureText(pod, port, failure));
  } catch (thrown) {
    if (!data.gone.aborted) await error.write(failureText(pod, port, messageOf(thrown))).catch(() => {});
  } finally {
    data.ignore();
    data.finish();
    error.finish();
  }
}

/** Carries bytes both ways, each way until its own end. Returns what failed, if anything did. */
async function joinStreams(
  stream: BoardStream,
  { data, error, hasHalfClose }: ForwardedChannels,
): Promise<string | undefined> {
  const abandon = () => stream.close();
  data.gone.addEventListener("abort", abandon, { once: true });
  if (data.gone.aborted) abandon();
  try {
    void send(stream, data);
    for await (const bytes of stream.read(0)) await data.write(bytes);
    data.finish();
    const failure = await failureOf(stream);
    if (failure !== undefined) return data.gone.aborted ? undefined : failure;
    // Older clients end their way only when they know that nothing has gone wrong, and others cannot say that they do.
    error.finish();
    if (!hasHalfClose) stream.finish(0);
    await stream.ended;
    return undefined;
  } catch (thrown) {
    if (data.gone.aborted || thrown instanceof LinkClosedError) return undefined;
    throw thrown;
  } finally {
    data.gone.removeEventListener("abort", abandon);
    stream.close();
  }
}

async function send(stream: BoardStream, data: Channel): Promise<void> {
  try {
    for await (const bytes of data.read()) await stream.write(0, bytes);
    stream.finish(0);
  } catch {
    // The other direction tells how it ended.
    data.ignore();
  }
}

function failureText({ namespace, name, uid }: ForwardedPod, port: number, why: string): Uint8Array {
  return new TextEncoder().encode(`error forwarding port ${port} to pod ${namespace}/${name}, uid ${uid}: ${why}`);
}
