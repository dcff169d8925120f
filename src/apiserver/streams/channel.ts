/** One of the streams that a client has with us, whatever protocol numbers or names it. */
export interface Channel {
  /** What the client sends until it finishes the channel or is gone. Read it once. */
  read(): AsyncIterable<Uint8Array>;
  /** Resolves when there is room for more; rejects when the client is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing more will be written. */
  finish(): void;
  /** What the client sends is thrown away. */
  ignore(): void;
  /** Aborts when the client has given the channel up, or is gone. */
  readonly gone: AbortSignal;
}
