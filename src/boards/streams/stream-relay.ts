/** A stream that passes through this voter: opened at another one, for a board that is connected here. */
import type { StreamFailure } from "../../api/board-stream.ts";
import { encodeFrame, type FrameHeader, withStreamId } from "../../api/board-streams/stream-frame.ts";
import type { FrameSource, StreamLink } from "../../api/board-streams/stream-link.ts";

/**
 * What may wait here for one side. Ends that keep to their windows never reach it: three windows, and what a message
 * takes beside its bytes.
 */
const waitingBytesMax = 1024 * 1024;
const messageCost = 256;

export interface RelayOptions {
  readonly node: string;
  readonly voter: string;
  /** The stream's number between the opener and this voter, and between this voter and the board. */
  readonly voterId: number;
  readonly boardId: number;
  readonly toVoter: StreamLink;
  readonly toBoard: StreamLink;
  readonly nowMs: () => number;
}

export class StreamRelay {
  readonly options: RelayOptions;
  readonly #up: Passage;
  readonly #down: Passage;
  #isEnding = false;
  /** The number of the board's next word, if this voter has to say it. */
  #upSequence = 0;
  #heardMs: number;

  /** `onEnd` is called when the opener has been told that it is over. */
  constructor(options: RelayOptions, onEnd: () => void) {
    this.options = options;
    this.#up = new Passage(options.toVoter, onEnd);
    this.#down = new Passage(options.toBoard);
    this.#heardMs = options.nowMs();
  }

  /** Since when neither side has said anything. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** False where the board sends more than it may. */
  fromBoard(message: Uint8Array, { sequence, type }: FrameHeader): boolean {
    this.#heardMs = this.options.nowMs();
    this.#upSequence = sequence + 1;
    const forVoter = withStreamId(message, this.options.voterId);
    if (type !== "end") return this.#up.add(forVoter);
    this.#isEnding = true;
    this.#up.addLast(forVoter);
    return true;
  }

  /** False where the opener sends more than it may. */
  fromVoter(message: Uint8Array): boolean {
    this.#heardMs = this.options.nowMs();
    // Said before it heard that the board is done.
    if (this.#isEnding) return true;
    return this.#down.add(withStreamId(message, this.options.boardId));
  }

  /** Tells the opener that it is over, in the board's place. */
  endUp(end: StreamFailure): void {
    const header = { id: this.options.voterId, isFromBoard: true, sequence: this.#upSequence };
    this.#isEnding = true;
    this.#up.addLast(encodeFrame(header, { type: "end", end }));
  }

  /** Forgets what waits for a board that is gone. */
  clearDown(): void {
    this.#down.clear();
  }
}

class Passage implements FrameSource {
  readonly #link: StreamLink;
  readonly #onLast: () => void;
  readonly #waiting: Uint8Array[] = [];
  #hasLast = false;
  #cost = 0;

  constructor(link: StreamLink, onLast = () => {}) {
    this.#link = link;
    this.#onLast = onLast;
  }

  add(message: Uint8Array): boolean {
    if (this.#cost > waitingBytesMax) return false;
    this.#push(message);
    return true;
  }

  addLast(message: Uint8Array): void {
    if (this.#hasLast) return;
    this.#hasLast = true;
    this.#push(message);
  }

  #push(message: Uint8Array): void {
    this.#waiting.push(message);
    this.#cost += messageCost + message.length;
    this.#link.wake(this);
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#cost = 0;
  }

  nextMessage(): Uint8Array | undefined {
    const message = this.#waiting.shift();
    if (message === undefined) return undefined;
    this.#cost -= messageCost + message.length;
    if (this.#hasLast && this.#waiting.length === 0) this.#onLast();
    return message;
  }
}
