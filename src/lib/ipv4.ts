/** IPv4 addresses and prefixes as numbers, so that ranges can be compared. */

export interface Prefix {
  /** The first address, as an unsigned 32-bit number. */
  readonly base: number;
  /** 0 to 32. */
  readonly bits: number;
}

/** Reads `10.42.1.7`; undefined for anything else, leading zeros included. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part)) return undefined;
    const octet = Number(part);
    if (octet > 255) return undefined;
    address = address * 256 + octet;
  }
  return address;
}

/** Reads `10.42.1.0/24`; undefined unless every bit behind the prefix is zero. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(text);
  if (match === null) return undefined;
  const base = parseAddress(match[1] ?? "");
  const bits = Number(match[2]);
  if (base === undefined || bits > 32 || base % sizeOf(bits) !== 0) return undefined;
  return { base, bits };
}

/** Writes an address as `10.42.1.7`. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: Prefix, inner: Prefix): boolean {
  return inner.bits >= outer.bits && inner.base - (inner.base % sizeOf(outer.bits)) === outer.base;
}

/** Whether the two share an address. */
export function overlaps(one: Prefix, other: Prefix): boolean {
  return contains(one, other) || contains(other, one);
}

/** The address at `index` within a prefix, from 0. */
export function addressAt(prefix: Prefix, index: number): string {
  return formatAddress(prefix.base + index);
}

function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}
