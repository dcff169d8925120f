/** The few packets of MQTT 3.1.1 that a reader needs: what it sends, and what it is sent. Pure. */

export type Incoming =
  | { readonly type: "connack"; readonly code: number }
  | { readonly type: "suback"; readonly id: number; readonly codes: readonly number[] }
  | { readonly type: "publish"; readonly topic: string; readonly payload: string; readonly isRetained: boolean }
  | { readonly type: "pingresp" }
  | { readonly type: "other" };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function connectPacket(options: {
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
  readonly keepAliveSeconds: number;
}): Uint8Array<ArrayBuffer> {
  const { clientId, user, password, keepAliveSeconds } = options;
  const cleanSession = 0x02;
  const withUser = 0x80;
  const withPassword = 0x40;
  const flags = cleanSession | withUser | withPassword;
  const version = 4;
  const header = [...text("MQTT"), version, flags, ...uint16(keepAliveSeconds)];
  return packet(0x10, [...header, ...text(clientId), ...text(user), ...text(password)]);
}

/** At most once: what is retained is said again anyway, and what is not is worth no second try. */
export function subscribePacket(id: number, filters: readonly string[]): Uint8Array<ArrayBuffer> {
  return packet(0x82, [...uint16(id), ...filters.flatMap((filter) => [...text(filter), 0])]);
}

export function pingPacket(): Uint8Array<ArrayBuffer> {
  return packet(0xc0, []);
}

export function disconnectPacket(): Uint8Array<ArrayBuffer> {
  return packet(0xe0, []);
}

/** Takes bytes as they come and gives back whole packets. Throws `RangeError` for what is no MQTT. */
export class PacketReader {
  #rest: Uint8Array = new Uint8Array();

  read(bytes: Uint8Array): readonly Incoming[] {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    const packets: Incoming[] = [];
    let at = 0;
    for (;;) {
      const found = bodyAt(all, at);
      if (found === undefined) break;
      packets.push(parsed(all[at] ?? 0, all.subarray(found.start, found.end)));
      at = found.end;
    }
    this.#rest = all.slice(at);
    return packets;
  }
}

/** Undefined until all of it is there. */
function bodyAt(bytes: Uint8Array, at: number): { start: number; end: number } | undefined {
  let length = 0;
  for (let digit = 0; digit < 4; digit += 1) {
    const byte = bytes[at + 1 + digit];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) << (7 * digit);
    if ((byte & 0x80) !== 0) continue;
    const start = at + 2 + digit;
    return start + length <= bytes.length ? { start, end: start + length } : undefined;
  }
  throw new RangeError("an MQTT packet says a length that no packet has");
}

function parsed(first: number, body: Uint8Array): Incoming {
  switch (first >> 4) {
    case 2:
      return { type: "connack", code: body[1] ?? 0xff };
    case 3: {
      const topicEnd = 2 + readUint16(body, 0);
      const isAcknowledged = (first & 0x06) !== 0;
      return {
        type: "publish",
        topic: decoder.decode(body.subarray(2, topicEnd)),
        payload: decoder.decode(body.subarray(topicEnd + (isAcknowledged ? 2 : 0))),
        isRetained: (first & 0x01) !== 0,
      };
    }
    case 9:
      return { type: "suback", id: readUint16(body, 0), codes: [...body.subarray(2)] };
    case 13:
      return { type: "pingresp" };
    default:
      return { type: "other" };
  }
}

function packet(first: number, body: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([first, ...varint(body.length), ...body]);
}

function varint(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  do {
    const digit = rest & 0x7f;
    rest >>= 7;
    digits.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return digits;
}

function text(value: string): number[] {
  const bytes = encoder.encode(value);
  return [...uint16(bytes.length), ...bytes];
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
