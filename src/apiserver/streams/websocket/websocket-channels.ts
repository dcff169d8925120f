/** Many channels over one WebSocket, each message naming its own in the first byte: Kubernetes' `channel.k8s.io`. */
import type { WebSocket } from "ws";
import type { Clock } from "../../../lib/clock.ts";
import { LinkClosedError } from "../byte-link.ts";
import type { Channel } from "../channel.ts";
import { Inbox } from "../inbox.ts";
import { BoundedReading } from "./bounded-reading.ts";
import { messageBytes } from "./message-bytes.ts";

export interface ChannelForm {
  /** Text for clients that cannot do bytes: the channel's digit, and the rest in base64. */
  readonly isBase64: boolean;
  /** Whether a client may finish a channel, which version 5 of the protocol brought. */
  readonly hasClose: boolean;
}

const closeChannel = 255;
const unreadBytesMax = 256 * 1024;
const digitZero = 0x30;
const normalClosure = 1000;

export class WebSocketChannels {
  readonly #socket: WebSocket;
  readonly #form: ChannelForm;
  readonly #inboxes: readonly Inbox[];
  readonly #gone = new AbortController();
  readonly #reading: BoundedReading;

  constructor(socket: WebSocket, form: ChannelForm, count: number, clock: Clock) {
    this.#socket = socket;
    this.#form = form;
    this.#reading = new BoundedReading(socket, clock, unreadBytesMax);
    this.#inboxes = Array.from({ length: count }, () => new Inbox((_, cost) => this.#reading.taken(cost)));
    socket.on("message", (data) => this.#receive(messageBytes(data)));
    socket.on("close", () => this.#end());
    // What is wrong with a frame closes the socket, which is told there.
    socket.on("error", () => socket.terminate());
  }

  /** Aborts when the client is gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  channel(number: number): Channel {
    const inbox = this.#inboxes[number] ?? new Inbox();
    return {
      read: () => inbox.read(),
      write: (bytes) => this.#send(number, bytes),
      // The client learns of the end by the socket's.
      finish: () => {},
      ignore: () => inbox.ignore(),
      gone: this.gone,
    };
  }

  close(): void {
    this.#socket.close(normalClosure);
    // So that the answer to the close is read, whatever waits before it.
    for (const inbox of this.#inboxes) inbox.ignore();
  }

  #receive(message: Uint8Array): void {
    const [first, ...numbers] = message.subarray(0, 2);
    if (first === undefined) return;
    if (this.#form.hasClose && first === closeChannel) {
      this.#inboxes[numbers[0] ?? closeChannel]?.end();
      return;
    }
    const number = this.#form.isBase64 ? first - digitZero : first;
    const rest = message.subarray(1);
    const inbox = this.#inboxes[number];
    if (inbox === undefined) return;
    const bytes = this.#form.isBase64 ? Buffer.from(Buffer.from(rest).toString(), "base64") : rest;
    this.#reading.arrived(inbox.put(bytes));
  }

  #send(number: number, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = (error?: Error | null) =>
        error === undefined || error === null ? resolve() : reject(new LinkClosedError(error.message));
      if (this.#form.isBase64) {
        this.#socket.send(`${number}${Buffer.from(bytes).toString("base64")}`, { binary: false }, sent);
      } else {
        this.#socket.send(Buffer.concat([Uint8Array.of(number), bytes]), { binary: true }, sent);
      }
    });
  }

  #end(): void {
    this.#gone.abort(new LinkClosedError("the client has closed the connection"));
    for (const inbox of this.#inboxes) inbox.end();
  }
}
