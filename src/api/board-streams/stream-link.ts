/**
 * Frames to one neighbour, a board or another voter, on a connection that carries more important things as well: the
 * streams take turns, and little of theirs is under way at any time, however slow the link.
 */

/** Somebody who has frames for the link now and then. */
export interface FrameSource {
  /** The next, or undefined where there is none for now. */
  nextMessage(): Uint8Array | undefined;
}

/**
 * What may be under way between two neighbours, so that a slice or a vote waits behind no more than this: on a line of
 * 1 Mbit/s for a second. It allows 6 MB/s over a line with a round trip of 20 ms.
 */
const linkBytesMax = 128 * 1024;
const confirmBytes = linkBytesMax / 4;
/** A confirmation may be lost, as everything may. */
const confirmMsMax = 10_000;

/** What may wait to be said of streams that are none: more is asked for by those who break the rules. */
const saidMax = 256;

/** No frame begins with this byte. */
const confirmation = 0xff;
const confirmationBytes = 5;

export interface StreamLinkOptions {
  /** Sends at once or not at all. */
  readonly send: (message: Uint8Array) => void;
  readonly nowMs: () => number;
  /** Whether anything can be sent yet; `begin` is called when that changes. */
  readonly isUp?: () => boolean;
}

export class StreamLink {
  readonly #options: StreamLinkOptions;
  /** In the order of their turns. */
  readonly #ready = new Set<FrameSource>();
  readonly #said: Uint8Array[] = [];
  #underWay = 0;
  #unconfirmed = 0;
  #sentMs = 0;
  #isPumping = false;

  constructor(options: StreamLinkOptions) {
    this.#options = options;
  }

  /** `source` has something to send. */
  wake(source: FrameSource): void {
    this.#ready.add(source);
    this.#pump();
  }

  /** Sends a message of no stream that could take its turn, or none where too many wait. */
  say(message: Uint8Array): void {
    if (this.#said.length < saidMax) this.#said.push(message);
    this.#pump();
  }

  /** Takes what came from the neighbour; returns the frame in it, if it is one. */
  receive(message: Uint8Array): Uint8Array | undefined {
    if (message[0] === confirmation) {
      if (message.length === confirmationBytes) {
        const count = new DataView(message.buffer, message.byteOffset).getUint32(1);
        this.#underWay = Math.max(0, this.#underWay - count);
        this.#pump();
      }
      return undefined;
    }
    this.#unconfirmed += message.length;
    if (this.#unconfirmed >= confirmBytes) this.#confirm();
    return message;
  }

  begin(): void {
    this.#pump();
  }

  /** To be called every second or so while there are streams. */
  tick(): void {
    if (this.#ready.size + this.#said.length === 0 || this.#options.nowMs() - this.#sentMs < confirmMsMax) return;
    this.#underWay = 0;
    this.#pump();
  }

  #pump(): void {
    // A source may wake the link while it is asked.
    if (this.#isPumping || this.#options.isUp?.() === false) return;
    this.#isPumping = true;
    try {
      while (this.#underWay < linkBytesMax) {
        const message = this.#said.shift();
        if (message === undefined) break;
        this.#send(message);
      }
      for (const source of this.#ready) {
        if (this.#underWay >= linkBytesMax) return;
        this.#ready.delete(source);
        const message = source.nextMessage();
        if (message === undefined) continue;
        this.#send(message);
        // Behind the others: the loop comes to it again.
        this.#ready.add(source);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #send(message: Uint8Array): void {
    this.#underWay += message.length;
    this.#sentMs = this.#options.nowMs();
    this.#options.send(message);
  }

  #confirm(): void {
    const message = new Uint8Array(confirmationBytes);
    message[0] = confirmation;
    new DataView(message.buffer).setUint32(1, this.#unconfirmed);
    this.#unconfirmed = 0;
    this.#options.send(message);
  }
}
