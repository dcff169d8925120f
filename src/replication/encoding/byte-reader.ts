/** Bytes that do not say what they should. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

/** Reads what `ByteWriter` wrote. Every method throws `MalformedError` for bytes it cannot have written. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new MalformedError("the bytes end too early");
    this.#at += 1;
    return value;
  }

  integer(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new MalformedError("an integer is too large");
      if (byte < 0x80) return value;
    }
  }

  /** A view into the bytes that are read, not a copy. */
  bytes(): Uint8Array {
    const end = this.integer() + this.#at;
    if (end > this.#bytes.byteLength) throw new MalformedError("a byte string is longer than what follows");
    const value = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  text(): string {
    return Buffer.from(this.bytes()).toString("utf8");
  }

  list<T>(read: (reader: this) => T): T[] {
    const count = this.integer();
    // Every element takes a byte or more: a made-up count must not make us allocate.
    if (count > this.#bytes.byteLength - this.#at) throw new MalformedError("a list is longer than what follows");
    return Array.from({ length: count }, () => read(this));
  }

  end(): void {
    if (this.#at !== this.#bytes.byteLength) throw new MalformedError("bytes follow the end");
  }
}
