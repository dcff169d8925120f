/** The streams of a SPDY session that make a remote command: each says in its headers what it is for. */
import type { Clock } from "../../../lib/clock.ts";
import type { SpdySession } from "../spdy/spdy-session.ts";
import type { SpdyStream } from "../spdy/spdy-stream.ts";
import type { CommandOptions } from "./command-options.ts";
import type { CommandChannels } from "./run-remote-command.ts";

/** As long as Kubernetes waits. */
const creationMsMax = 30_000;
const types = ["error", "stdin", "stdout", "stderr", "resize"] as const;
type StreamType = (typeof types)[number];

/** The newest first; a client that names none is older than the choice. */
export const spdyCommandProtocols = [
  "v4.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
] as const;
export type SpdyCommandProtocol = (typeof spdyCommandProtocols)[number];

/** Gathers a session's streams until all that the options promise are there. */
export class SpdyCommandStreams {
  readonly #wanted: ReadonlySet<StreamType>;
  readonly #streams = new Map<StreamType, SpdyStream>();
  readonly #protocol: SpdyCommandProtocol;
  readonly #complete = Promise.withResolvers<void>();

  constructor(options: CommandOptions, protocol: SpdyCommandProtocol) {
    this.#protocol = protocol;
    const hasSizes = options.tty && (protocol === "v4.channel.k8s.io" || protocol === "v3.channel.k8s.io");
    this.#wanted = new Set(types.filter((type) => type === "error" || (type === "resize" ? hasSizes : options[type])));
  }

  add(stream: SpdyStream): void {
    const named = stream.headers.get("streamtype")?.toLowerCase();
    const type = types.find((each) => each === named);
    if (type === undefined || !this.#wanted.has(type) || this.#streams.has(type)) {
      stream.reset();
      return;
    }
    this.#streams.set(type, stream);
    if (this.#streams.size === this.#wanted.size) this.#complete.resolve();
  }

  /** Undefined where the client is gone, or does not open what it asked for in time. */
  async channels(session: SpdySession, clock: Clock): Promise<CommandChannels | undefined> {
    const gone = session.signal;
    const giveUp = () => this.#complete.resolve();
    const cancel = clock.after(creationMsMax, giveUp);
    gone.addEventListener("abort", giveUp, { once: true });
    await this.#complete.promise;
    cancel();
    const error = this.#streams.get("error");
    if (error === undefined || this.#streams.size < this.#wanted.size) return undefined;
    const [stdin, stdout, stderr, resize] = (["stdin", "stdout", "stderr", "resize"] as const).map((type) =>
      this.#streams.get(type),
    );
    const endForm = this.#protocol === "v4.channel.k8s.io" ? "status" : "text";
    return { stdin, stdout, stderr, resize, error, endForm, gone };
  }
}
