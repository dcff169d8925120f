/**
 * The server's end of a SPDY/3.1 session.
 *
 * What we send is not held back by windows: Kubernetes' own clients never widen theirs, and a stream would stand still
 * at 65,536 bytes. TCP holds us back instead, and what waits to be read here holds back the client.
 */
import type { Clock } from "../../../lib/clock.ts";
import { type ByteLink, LinkClosedError } from "../byte-link.ts";
import { probe } from "../probe.ts";
import { SpdyFrameReader } from "./frame-reader.ts";
import { SpdyFrameWriter } from "./frame-writer.ts";
import { resetStatus, SpdyError, type SpdyFrame } from "./spdy-frame.ts";
import { SpdyStream, type SpdyStreamOwner } from "./spdy-stream.ts";

/** Of one session; a port-forward needs two a connection. */
const streamsMax = 512;
/** What may wait to be read over all streams of a session. */
const unreadBytesMax = 256 * 1024;
/** What a client may still send after the session is over, until it has seen that it is. */
const lateBytesMax = 4 * 1024 * 1024;
const goAwayProtocolError = 1;
const serverPing = 2;

export class SpdySession {
  readonly #link: ByteLink;
  readonly #clock: Clock;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #reader = new SpdyFrameReader();
  readonly #writer = new SpdyFrameWriter();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #ended = new AbortController();
  readonly #owner: SpdyStreamOwner;
  #lastStreamId = 0;
  #unreadBytes = 0;
  #onRoom: () => void = () => {};

  constructor(link: ByteLink, clock: Clock, onStream: (stream: SpdyStream) => void) {
    this.#link = link;
    this.#clock = clock;
    this.#onStream = onStream;
    this.#owner = {
      send: (frame) => this.#send(frame),
      onTaken: (cost) => this.#took(cost),
      onClosed: (streamId) => this.#streams.delete(streamId),
    };
  }

  /** Aborts when the session is over, whoever ended it. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Serves until the connection ends, whoever ends it. Rejects with what `onStream` throws. */
  async run(): Promise<void> {
    try {
      let lateBytes = 0;
      for await (const bytes of this.#link.read()) {
        if (!this.signal.aborted) await this.#take(bytes);
        else lateBytes += bytes.length;
        if (lateBytes > lateBytesMax) return;
      }
    } finally {
      this.#end();
      this.#link.destroy();
    }
  }

  /**
   * Leaves it to the client to close, now that all streams are finished. Older clients of Kubernetes lose what they have
   * not read yet when they are told to go away, or when the connection ends under them.
   */
  close(): void {
    if (this.signal.aborted) return;
    this.#end();
    this.#link.end();
  }

  async #take(bytes: Uint8Array): Promise<void> {
    try {
      for (const frame of this.#reader.read(bytes)) {
        if (this.signal.aborted) return;
        await this.#handle(frame);
      }
      await this.#room();
    } catch (error) {
      if (error instanceof SpdyError) {
        this.#goAway();
        this.#end();
        this.#link.end();
      } else if (!this.signal.aborted && !(error instanceof LinkClosedError)) throw error;
    }
  }

  async #handle(frame: SpdyFrame): Promise<void> {
    switch (frame.type) {
      case "synStream":
        return this.#open(frame);
      case "data": {
        const stream = this.#streams.get(frame.streamId);
        if (stream !== undefined) this.#unreadBytes += stream.onData(frame.bytes, frame.isFinal);
        return;
      }
      case "headers":
        if (frame.isFinal) this.#streams.get(frame.streamId)?.onFinal();
        return;
      case "rstStream":
        this.#streams.get(frame.streamId)?.onReset();
        return;
      case "ping":
        // Even numbers are answers to pings of ours.
        if (frame.id % 2 === 1) await this.#send(frame);
        return;
      case "goAway":
        // The client opens no more; what is open goes on until it closes the connection.
        return;
      case "synReply":
      case "settings":
      case "windowUpdate":
        return;
    }
  }

  async #open({ streamId, headers, isFinal }: Extract<SpdyFrame, { type: "synStream" }>): Promise<void> {
    if (streamId % 2 === 0 || streamId <= this.#lastStreamId) throw new SpdyError(`stream ${streamId} is out of turn`);
    this.#lastStreamId = streamId;
    if (this.#streams.size >= streamsMax) return this.#reset(streamId, resetStatus.refusedStream);
    const stream = new SpdyStream(streamId, headers, isFinal, this.#owner);
    this.#streams.set(streamId, stream);
    await this.#send({ type: "synReply", streamId, isFinal: false, headers: new Map() });
    this.#onStream(stream);
  }

  #reset(streamId: number, status: number): Promise<void> {
    return this.#send({ type: "rstStream", streamId, status });
  }

  async #send(frame: SpdyFrame): Promise<void> {
    this.signal.throwIfAborted();
    await this.#link.write(this.#writer.write(frame));
  }

  #goAway(): void {
    this.#send({ type: "goAway", lastStreamId: this.#lastStreamId, status: goAwayProtocolError }).catch(() => {});
  }

  #took(cost: number): void {
    this.#unreadBytes -= cost;
    if (this.#unreadBytes < unreadBytesMax) this.#onRoom();
  }

  async #room(): Promise<void> {
    if (this.#unreadBytes < unreadBytesMax) return;
    const endProbe = probe(this.#clock, () => {
      this.#send({ type: "ping", id: serverPing }).catch(() => this.#end());
    });
    while (this.#unreadBytes >= unreadBytesMax && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
    endProbe();
  }

  #end(): void {
    if (this.signal.aborted) return;
    this.#ended.abort(new Error("the session is over"));
    for (const stream of [...this.#streams.values()]) stream.onReset();
    this.#onRoom();
  }
}
