/** Reads the wire format of Protocol Buffers from strangers: nothing beyond the message is read, nothing is copied. */

/** A body that is not the message it claims to be. */
export class MalformedProtobufError extends Error {
  override readonly name = "MalformedProtobufError";
}

/** A field as it stands on the wire, before anybody knows its type. */
export type WireField =
  /** Signed; not exact beyond 2^53, which no schema takes. */
  | { readonly number: number; readonly type: "varint"; readonly value: number }
  /** Little-endian, of 8 or 4 bytes. */
  | { readonly number: number; readonly type: "fixed"; readonly bytes: Uint8Array }
  /** A text, bytes or a message. */
  | { readonly number: number; readonly type: "bytes"; readonly bytes: Uint8Array };

const varintBytesMax = 10;
/** As many bytes of a number as ordinary arithmetic takes. */
const plainBytesMax = 4;

class Cursor {
  readonly #message: Uint8Array;
  #at = 0;

  constructor(message: Uint8Array) {
    this.#message = message;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#message.length;
  }

  #byte(): number {
    const byte = this.#message[this.#at];
    if (byte === undefined) throw new MalformedProtobufError("the message ends within a number");
    this.#at += 1;
    return byte;
  }

  varint(): number {
    let value = 0;
    for (let place = 0; place < plainBytesMax; place += 1) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << (7 * place);
      if (byte < 0x80) return value;
    }
    return this.#longVarint(BigInt(value));
  }

  #longVarint(low: bigint): number {
    let value = low;
    for (let place = plainBytesMax; place < varintBytesMax; place += 1) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * place);
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new MalformedProtobufError("a number has more than 64 bits");
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (length < 0 || end > this.#message.length) throw new MalformedProtobufError("the message ends within a field");
    const bytes = this.#message.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}

/** The fields of a message in their order. Throws `MalformedProtobufError`. */
export function* wireFields(message: Uint8Array): Generator<WireField, void, undefined> {
  const cursor = new Cursor(message);
  while (!cursor.isAtEnd) {
    const tag = cursor.varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, type: "varint", value: cursor.varint() };
        break;
      case 1:
        yield { number, type: "fixed", bytes: cursor.bytes(8) };
        break;
      case 2:
        yield { number, type: "bytes", bytes: cursor.bytes(cursor.varint()) };
        break;
      case 5:
        yield { number, type: "fixed", bytes: cursor.bytes(4) };
        break;
      default:
        throw new MalformedProtobufError(`field ${number} has no wire type that is in use`);
    }
  }
}

/** What a text, a message or bytes consist of. Throws `MalformedProtobufError`. */
export function bytesOf(field: WireField): Uint8Array {
  if (field.type === "bytes") return field.bytes;
  throw new MalformedProtobufError(`field ${field.number} is a number where none may be`);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Throws `MalformedProtobufError`. */
export function utf8Text(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedProtobufError("a text is not UTF-8");
  }
}
