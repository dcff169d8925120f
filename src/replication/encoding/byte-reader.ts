/** Bytes that do not say what they should. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

/** Reads what `ByteWriter` wrote. Every method throws `MalformedError` for bytes it cannot have written. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    const isBuffer = bytes instanceof Buffer;
    this.#bytes = isBuffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    const start = this.#skipString();
    return this.#bytes.subarray(start, this.#at);
  }

  text(): string {
    const start = this.#skipString();
    return this.#bytes.toString("utf8", start, this.#at);
  }

  list<T>(read: (reader: this) => T): T[] {
    const count = this.integer();
    // Every element takes a byte or more: a made-up count must not make us allocate.
    if (count > this.#bytes.byteLength - this.#at) throw new MalformedError("a list is longer than what follows");
    return Array.from({ length: count }, () => read(this));
  }

  /** Returns where the byte string began that ends where the reader is now. */
  #skipString(): number {
    const length = this.integer();
    const start = this.#at;
    if (length > this.#bytes.byteLength - start) {
      throw new MalformedError("a byte string is longer than what follows");
    }
    this.#at = start + length;
    return start;
  }

  end(): void {
    if (this.#at !== this.#bytes.byteLength) throw new MalformedError("bytes follow the end");
  }
}
