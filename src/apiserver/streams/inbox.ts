/** Bytes that have arrived and wait to be read. The owner is told of what leaves, and holds the sender back by it. */

/** What a piece costs beside its bytes, so that many small ones count for what they take. */
const pieceBytes = 128;

export class Inbox {
  readonly #pieces: Uint8Array[] = [];
  readonly #onTaken: (bytes: Uint8Array, cost: number) => void;
  #isEnded = false;
  #isIgnored = false;
  #wake: () => void = () => {};

  /** `onTaken` is called for every piece that was put, when it is read or thrown away. */
  constructor(onTaken: (bytes: Uint8Array, cost: number) => void = () => {}) {
    this.#onTaken = onTaken;
  }

  /** What the piece costs until it is taken. */
  put(bytes: Uint8Array): number {
    if (bytes.length === 0 || this.#isEnded) return 0;
    if (this.#isIgnored) {
      this.#onTaken(bytes, 0);
      return 0;
    }
    this.#pieces.push(bytes);
    this.#wake();
    return bytes.length + pieceBytes;
  }

  /** Nothing more will come. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Nobody will read: what is there and what comes is thrown away. */
  ignore(): void {
    this.#isIgnored = true;
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) this.#took(piece);
    this.#wake();
  }

  /** Read once. Who stops early ignores the rest. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          yield piece;
          // Only now: the reader has done with it.
          this.#took(piece);
        } else if (this.#isEnded || this.#isIgnored) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.ignore();
    }
  }

  #took(piece: Uint8Array): void {
    this.#onTaken(piece, piece.length + pieceBytes);
  }
}
