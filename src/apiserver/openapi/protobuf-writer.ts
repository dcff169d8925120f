/** The four ways in which Protocol Buffers put a field on the wire, as far as an OpenAPI document needs them. */

/** One encoded field or a run of them. */
export type Encoded = Uint8Array<ArrayBuffer>;

const lengthDelimited = 2;
const fixed64 = 1;
const varint = 0;

const text = new TextEncoder();

export function concatenate(parts: readonly Encoded[]): Encoded {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** A length-delimited field: a message that is already encoded, or bytes. */
export function bytesField(field: number, bytes: Encoded): Encoded {
  return concatenate([tag(field, lengthDelimited), encodeVarint(bytes.length), bytes]);
}

export function stringField(field: number, value: string): Encoded {
  return bytesField(field, text.encode(value));
}

export function boolField(field: number, value: boolean): Encoded {
  return concatenate([tag(field, varint), encodeVarint(value ? 1 : 0)]);
}

/** `value` is a nonnegative safe integer: lengths and counts are all that OpenAPI has. */
export function integerField(field: number, value: number): Encoded {
  return concatenate([tag(field, varint), encodeVarint(value)]);
}

export function doubleField(field: number, value: number): Encoded {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return concatenate([tag(field, fixed64), bytes]);
}

function tag(field: number, wireType: number): Encoded {
  return encodeVarint(field * 8 + wireType);
}

function encodeVarint(value: number): Encoded {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
