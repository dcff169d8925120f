/**
 * Names and values as SPDY/3 packs them: one zlib stream a direction for the whole session, flushed after every block.
 *
 * A flushed block ends on a whole byte, and what deflate remembers of the past is no more than its last 32 KiB. So each
 * block is packed and unpacked on its own, with those as the dictionary: no state but text, and a bound that zlib keeps.
 */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { spdyDictionary, spdyDictionaryId } from "./spdy-dictionary.ts";
import { SpdyError, type SpdyHeaders } from "./spdy-frame.ts";

const windowBytesMax = 32 * 1024;
const zlibHeaderBytes = 2;
const dictionaryIdBytes = 4;
const wordBytes = 4;
/** Kubernetes' clients send a handful of short headers a stream. */
export const headerBlockBytesMax = 16 * 1024;
const headersMax = 100;

export class HeaderPacker {
  #window: Uint8Array = spdyDictionary;
  #isFirst = true;

  pack(headers: SpdyHeaders): Uint8Array {
    const block = encodeHeaders(headers);
    const packed = deflateRawSync(block, { dictionary: this.#window, finishFlush: constants.Z_SYNC_FLUSH });
    this.#window = slid(this.#window, block);
    if (!this.#isFirst) return packed;
    this.#isFirst = false;
    return joined([zlibPreamble(), packed]);
  }
}

export class HeaderUnpacker {
  #window: Uint8Array = spdyDictionary;
  #isFirst = true;

  /** Throws `SpdyError` where the block is malformed or unpacks to more than `headerBlockBytesMax`. */
  unpack(packed: Uint8Array): SpdyHeaders {
    const body = this.#isFirst ? withoutPreamble(packed) : packed;
    this.#isFirst = false;
    const block = inflate(body, this.#window);
    this.#window = slid(this.#window, block);
    return decodeHeaders(block);
  }
}

function inflate(packed: Uint8Array, dictionary: Uint8Array): Uint8Array {
  const finishFlush = constants.Z_SYNC_FLUSH;
  try {
    return inflateRawSync(packed, { dictionary, finishFlush, maxOutputLength: headerBlockBytesMax });
  } catch (error) {
    throw new SpdyError("a header block cannot be unpacked", { cause: error });
  }
}

function zlibPreamble(): Uint8Array {
  const preamble = new Uint8Array(zlibHeaderBytes + dictionaryIdBytes);
  // Deflate with a window of 32 KiB, and a dictionary whose id follows (RFC 1950).
  preamble.set([0x78, 0xbb]);
  new DataView(preamble.buffer).setUint32(zlibHeaderBytes, spdyDictionaryId);
  return preamble;
}

function withoutPreamble(packed: Uint8Array): Uint8Array {
  const view = viewOf(packed);
  const names = packed.length >= zlibHeaderBytes + dictionaryIdBytes && view.getUint16(0) % 31 === 0;
  if (!names || (view.getUint8(0) & 0x0f) !== 8 || view.getUint32(zlibHeaderBytes) !== spdyDictionaryId) {
    throw new SpdyError("header blocks are not compressed against the SPDY/3 dictionary");
  }
  return packed.subarray(zlibHeaderBytes + dictionaryIdBytes);
}

function encodeHeaders(headers: SpdyHeaders): Uint8Array {
  const texts = [...headers].flat().map((text) => new TextEncoder().encode(text));
  return joined([word(headers.size), ...texts.flatMap((text) => [word(text.length), text])]);
}

function decodeHeaders(block: Uint8Array): SpdyHeaders {
  const view = viewOf(block);
  let at = 0;
  const nextWord = () => {
    if (at + wordBytes > block.length) throw new SpdyError("a header block is cut short");
    at += wordBytes;
    return view.getUint32(at - wordBytes);
  };
  const nextText = () => {
    const length = nextWord();
    if (length > block.length - at) throw new SpdyError("a header block is cut short");
    at += length;
    return new TextDecoder().decode(block.subarray(at - length, at));
  };
  const count = nextWord();
  if (count > headersMax) throw new SpdyError(`a header block has more than ${headersMax} headers`);
  const headers = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const name = nextText().toLowerCase();
    if (name === "" || headers.has(name)) throw new SpdyError("a header has no name, or one that occurs twice");
    headers.set(name, nextText());
  }
  return headers;
}

function slid(window: Uint8Array, block: Uint8Array): Uint8Array {
  return joined([window, block]).slice(-windowBytesMax);
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(wordBytes);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
