const offsetBasis = 0x811c9dc5;

/** FNV-1a in 32 bits (Fowler, Noll and Vo) over UTF-16 code units: a short name for a content, no protection against malice. */
export function fnv1a(text: string): number {
  let hash = offsetBasis;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** FNV-1a in 32 bits over bytes; continues from what the bytes before them gave. */
export function fnv1aBytes(bytes: Uint8Array, previous = offsetBasis): number {
  let hash = previous;
  for (let at = 0; at < bytes.length; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
}
