/** A voter's links to its boards, or to the other voters, each made when it is first needed. */
import { type FrameHeader, readHeader } from "../../api/board-streams/stream-frame.ts";
import { StreamLink } from "../../api/board-streams/stream-link.ts";

export interface StreamLinksOptions {
  /** Sends at once or not at all. */
  readonly send: (name: string, message: Uint8Array) => void;
  readonly nowMs: () => number;
}

export class StreamLinks {
  readonly #options: StreamLinksOptions;
  readonly #links = new Map<string, StreamLink>();
  bytesSent = 0;
  bytesReceived = 0;

  constructor(options: StreamLinksOptions) {
    this.#options = options;
  }

  to(name: string): StreamLink {
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const { send, nowMs } = this.#options;
    const counted = (message: Uint8Array) => {
      this.bytesSent += message.length;
      send(name, message);
    };
    const link = new StreamLink({ send: counted, nowMs });
    this.#links.set(name, link);
    return link;
  }

  /** Takes a message of `name`; undefined unless there is a frame in it. */
  read(name: string, message: Uint8Array): { readonly frame: Uint8Array; readonly header: FrameHeader } | undefined {
    this.bytesReceived += message.length;
    const frame = this.to(name).receive(message);
    const header = frame === undefined ? undefined : readHeader(frame);
    return frame === undefined || header === undefined ? undefined : { frame, header };
  }

  /** What was under way is lost. */
  forget(name: string): void {
    this.#links.delete(name);
  }

  tick(): void {
    for (const link of this.#links.values()) link.tick();
  }
}
