/** Reads the wire format of Protocol Buffers from strangers: nothing beyond the message is read, nothing is copied. */

/** A body that is not the message it claims to be. */
export class MalformedProtobufError extends Error {
  override readonly name = "MalformedProtobufError";
}

/** A field as it stands on the wire, before anybody knows its type. */
export type WireField =
  | { readonly number: number; readonly type: "varint"; readonly value: bigint }
  /** Little-endian, of 8 or 4 bytes. */
  | { readonly number: number; readonly type: "fixed"; readonly bytes: Uint8Array }
  /** A text, bytes or a message. */
  | { readonly number: number; readonly type: "bytes"; readonly bytes: Uint8Array };

const varintBytesMax = 10;

/** The fields of a message in their order. Throws `MalformedProtobufError`. */
export function* wireFields(message: Uint8Array): Generator<WireField, void, undefined> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let place = 0; place < varintBytesMax; place += 1) {
      const byte = message[at];
      if (byte === undefined) throw new MalformedProtobufError("the message ends within a number");
      at += 1;
      value |= BigInt(byte & 0x7f) << BigInt(7 * place);
      if (byte < 0x80) return value;
    }
    throw new MalformedProtobufError("a number has more than 64 bits");
  };
  const bytes = (length: number): Uint8Array => {
    if (length > message.length - at) throw new MalformedProtobufError("the message ends within a field");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, type: "varint", value: BigInt.asIntN(64, varint()) };
        break;
      case 1:
        yield { number, type: "fixed", bytes: bytes(8) };
        break;
      case 2:
        yield { number, type: "bytes", bytes: bytes(Number(varint())) };
        break;
      case 5:
        yield { number, type: "fixed", bytes: bytes(4) };
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
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedProtobufError("a text is not UTF-8");
  }
}
