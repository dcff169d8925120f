/** Builds compact binary text: unsigned integers of seven bits a byte, and byte strings with their length before them. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(bytesExpected = 256) {
    this.#bytes = Buffer.allocUnsafe(bytesExpected);
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
    return this;
  }

  /** An integer from 0 to 2⁵³ − 1. */
  integer(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.byte(rest);
  }

  bytes(value: Uint8Array): this {
    this.integer(value.byteLength);
    this.#reserve(value.byteLength);
    this.#bytes.set(value, this.#length);
    this.#length += value.byteLength;
    return this;
  }

  text(value: string): this {
    const byteLength = Buffer.byteLength(value);
    this.integer(byteLength);
    this.#reserve(byteLength);
    this.#length += this.#bytes.write(value, this.#length);
    return this;
  }

  list<T>(values: readonly T[], write: (writer: this, value: T) => void): this {
    this.integer(values.length);
    for (const value of values) write(this, value);
    return this;
  }

  /** What was written. The writer must not be used any more. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.byteLength) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.byteLength * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
