/** Base64 (RFC 4648 §4) without an environment's functions for it, which the pure rooms cannot reach. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const shape = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether the text is base64 with its padding. Linear in its length. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && shape.test(text);
}

/** How many bytes a base64 text stands for. */
export function base64ByteLength(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/** Base64 of the text's UTF-8 bytes. */
export function base64OfText(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text));
}

export function base64OfBytes(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const digit = (shift: number) => alphabet.charAt((group >> shift) & 63);
    parts.push(digit(18), digit(12), b === undefined ? "=" : digit(6), c === undefined ? "=" : digit(0));
  }
  return parts.join("");
}
