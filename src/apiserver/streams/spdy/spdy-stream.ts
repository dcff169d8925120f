/** One stream of a SPDY session, as whoever serves it sees it. */
import { LinkClosedError } from "../byte-link.ts";
import type { Channel } from "../channel.ts";
import { Inbox } from "../inbox.ts";
import { resetStatus, type SpdyFrame, type SpdyHeaders } from "./spdy-frame.ts";

/** Frames of other streams go in between. */
const frameBytesMax = 32 * 1024;
/** A window of 64 KiB is the protocol's own: half of it read is worth telling. */
const windowUpdateBytes = 32 * 1024;

export interface SpdyStreamOwner {
  /** Resolves when there is room for more; rejects when the session is over. */
  send(frame: SpdyFrame): Promise<void>;
  /** What waited to be read has been. */
  onTaken(cost: number): void;
  /** Both sides have said that they are done, or one has reset it. */
  onClosed(streamId: number): void;
}

export class SpdyStream implements Channel {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #owner: SpdyStreamOwner;
  readonly #inbox: Inbox;
  readonly #gone = new AbortController();
  #takenBytes = 0;
  #isReceiving: boolean;
  #isSending = true;

  constructor(id: number, headers: SpdyHeaders, isFinal: boolean, owner: SpdyStreamOwner) {
    this.id = id;
    this.headers = headers;
    this.#owner = owner;
    this.#inbox = new Inbox((bytes, cost) => this.#took(bytes.length, cost));
    this.#isReceiving = !isFinal;
    if (isFinal) this.#inbox.end();
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  read(): AsyncIterable<Uint8Array> {
    return this.#inbox.read();
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { id } = this;
    for (let at = 0; at < bytes.length; at += frameBytesMax) {
      if (!this.#isSending) throw new LinkClosedError("the stream is closed");
      await this.#owner.send({
        type: "data",
        streamId: id,
        isFinal: false,
        bytes: bytes.subarray(at, at + frameBytesMax),
      });
    }
  }

  finish(): void {
    if (!this.#isSending) return;
    this.#isSending = false;
    this.#sendLast({ type: "data", streamId: this.id, isFinal: true, bytes: new Uint8Array() });
    this.#closeWhenDone();
  }

  /** Nor is its end waited for: a client that forgets to say it keeps nothing here. */
  ignore(): void {
    this.#isReceiving = false;
    this.#inbox.ignore();
    this.#closeWhenDone();
  }

  reset(status: number = resetStatus.cancel): void {
    if (!this.#isSending && !this.#isReceiving) return;
    this.#sendLast({ type: "rstStream", streamId: this.id, status });
    this.onReset();
  }

  /** What the client sent; what it costs until it is read. */
  onData(bytes: Uint8Array, isFinal: boolean): number {
    const cost = this.#isReceiving ? this.#inbox.put(bytes) : 0;
    if (isFinal) this.onFinal();
    return cost;
  }

  onFinal(): void {
    this.#isReceiving = false;
    this.#inbox.end();
    this.#closeWhenDone();
  }

  /** The client has reset the stream, or the session is over. */
  onReset(): void {
    this.#isSending = false;
    this.#gone.abort(new LinkClosedError("the client has closed the stream"));
    this.onFinal();
  }

  #took(bytes: number, cost: number): void {
    this.#owner.onTaken(cost);
    if (!this.#isReceiving) return;
    this.#takenBytes += bytes;
    if (this.#takenBytes < windowUpdateBytes) return;
    this.#sendLast({ type: "windowUpdate", streamId: this.id, delta: this.#takenBytes });
    this.#takenBytes = 0;
  }

  /** Where the session is over there is nobody to tell. */
  #sendLast(frame: SpdyFrame): void {
    this.#owner.send(frame).catch(() => {});
  }

  #closeWhenDone(): void {
    if (!this.#isReceiving && !this.#isSending) this.#owner.onClosed(this.id);
  }
}
