/**
 * Byte streams between a voter and a board, over the board's own MQTT connection: what `kubectl logs`, `exec`,
 * `attach`, `port-forward` and the proxy of nodes and pods travel on. Many at a time, each with its own credit.
 */
import { z } from "zod";

const podTarget = { namespace: z.string(), pod: z.string(), uid: z.string() };

/** What a voter asks a board to open. */
export const streamRequestSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("log"),
    ...podTarget,
    container: z.string(),
    follow: z.boolean(),
    previous: z.boolean(),
    timestamps: z.boolean(),
    tailLines: z.int().nonnegative().optional(),
    /** Milliseconds since 1970. */
    sinceMs: z.number().optional(),
    limitBytes: z.int().positive().optional(),
  }),
  z.object({
    type: z.literal("exec"),
    ...podTarget,
    container: z.string(),
    command: z.array(z.string()).min(1),
    stdin: z.boolean(),
    stdout: z.boolean(),
    stderr: z.boolean(),
    tty: z.boolean(),
  }),
  z.object({
    type: z.literal("attach"),
    ...podTarget,
    container: z.string(),
    stdin: z.boolean(),
    stdout: z.boolean(),
    stderr: z.boolean(),
    tty: z.boolean(),
  }),
  /** A TCP connection to the pod's own address; channel 0 carries the bytes both ways. */
  z.object({ type: z.literal("connect"), ...podTarget, port: z.int().min(1).max(65_535) }),
  /** What the board and its containers use; see `board-usage.ts`. */
  z.object({ type: z.literal("usage") }),
  /** The board's own figures, as one text in Prometheus' form on channel 1. */
  z.object({ type: z.literal("metrics") }),
]);
export type StreamRequest = z.infer<typeof streamRequestSchema>;

/** Channels as in Kubernetes' remote command protocol: 0 is stdin (or a connection's bytes), 1 stdout, 2 stderr. */
export type StreamChannel = 0 | 1 | 2;

const streamFailureSchema = z.object({
  type: z.literal("failed"),
  reason: z.enum(["NotFound", "BadRequest", "Unavailable", "Internal"]),
  /** For the user. */
  message: z.string().max(8_192),
});
export type StreamFailure = Readonly<z.infer<typeof streamFailureSchema>>;

/** How a stream ended: a container's exit code, an orderly end, or what went wrong. */
export const streamEndSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("exited"), code: z.int() }),
  z.object({ type: z.literal("closed") }),
  streamFailureSchema,
]);
export type StreamEnd = Readonly<z.infer<typeof streamEndSchema>>;

/** A stream that could not be opened, or that has ended for another reason than an orderly one. */
export class BoardStreamError extends Error {
  override readonly name = "BoardStreamError";
  readonly reason: StreamFailure["reason"];
  constructor(reason: StreamFailure["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** One end of an open stream. Backpressure: `write` resolves when the other end may be sent more. */
export interface BoardStream {
  /** Rejects with `BoardStreamError` when the stream has ended. */
  write(channel: StreamChannel, bytes: Uint8Array): Promise<void>;
  /** No more will be written on the channel: half-close. */
  finish(channel: StreamChannel): void;
  /** A terminal's new size. */
  resize(columns: number, rows: number): void;
  /** What the other end wrote on a channel, until it finished it or the stream ended. Read each channel at most once. */
  read(channel: StreamChannel): AsyncIterable<Uint8Array>;
  /** Resolves once, when the stream has ended and every `read` that was begun has been read to its end; never rejects. */
  readonly ended: Promise<StreamEnd>;
  /** Ends the stream from this side, at once. */
  close(): void;
}

/** Opens streams from any voter to any board, wherever that board's home is. */
export interface BoardStreams {
  /** Resolves when the board has opened it. Throws `BoardStreamError`. An abort ends the stream, opened or not. */
  open(node: string, request: StreamRequest, signal: AbortSignal): Promise<BoardStream>;
}
