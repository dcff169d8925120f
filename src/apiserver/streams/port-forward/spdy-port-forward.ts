/** Port-forwarding over SPDY: each connection is a pair of streams, one for its bytes and one for what goes wrong. */
import type { Clock } from "../../../lib/clock.ts";
import { resetStatus } from "../spdy/spdy-frame.ts";
import type { SpdyStream } from "../spdy/spdy-stream.ts";
import { type ForwardedPod, forwardConnection } from "./forward-connection.ts";
import { parsePort } from "./parse-port.ts";

export const portForwardProtocol = "portforward.k8s.io";
/** As long as Kubernetes waits for the other half. */
const pairingMsMax = 30_000;

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
  readonly port: number;
  /** Stops waiting for the other half. */
  readonly cancel: () => void;
}

export class SpdyPortForward {
  readonly #pod: ForwardedPod;
  readonly #clock: Clock;
  readonly #pairs = new Map<string, Pair>();

  constructor(pod: ForwardedPod, clock: Clock) {
    this.#pod = pod;
    this.#clock = clock;
  }

  add(stream: SpdyStream): void {
    const type = stream.headers.get("streamtype");
    const port = parsePort(stream.headers.get("port") ?? "");
    const isPaired = (type === "data" || type === "error") && port !== undefined && this.#pair(stream, type, port);
    if (!isPaired) stream.reset(resetStatus.protocolError);
  }

  /** Whether the stream is half of a pair; the second half sets it going. */
  #pair(stream: SpdyStream, type: "data" | "error", port: number): boolean {
    const id = stream.headers.get("requestid") ?? olderRequestId(type, stream.id);
    const pair = this.#pairs.get(id) ?? this.#openPair(id, port);
    if (pair[type] !== undefined || pair.port !== port) return false;
    pair[type] = stream;
    const { data, error } = pair;
    if (data === undefined || error === undefined) return true;
    this.#forget(id);
    void forwardConnection(this.#pod, port, { data, error, hasHalfClose: true });
    return true;
  }

  /** The session is over. */
  close(): void {
    for (const id of [...this.#pairs.keys()]) this.#forget(id);
  }

  #openPair(id: string, port: number): Pair {
    const giveUp = () => {
      this.#forget(id);
      pair.data?.reset();
      pair.error?.reset();
    };
    const pair: Pair = { port, cancel: this.#clock.after(pairingMsMax, giveUp) };
    this.#pairs.set(id, pair);
    return pair;
  }

  #forget(id: string): void {
    this.#pairs.get(id)?.cancel();
    this.#pairs.delete(id);
  }
}

/** Clients that number no requests open the error stream first, and the data stream right after. */
function olderRequestId(type: "data" | "error", streamId: number): string {
  return `stream ${type === "error" ? streamId : streamId - 2}`;
}
