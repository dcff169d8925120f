/** SPDY/3.1 frames from bytes as they arrive. Data is handed on piece by piece, so that no frame is ever held whole. */
import { HeaderUnpacker } from "./header-block.ts";
import {
  controlType,
  finalFlag,
  frameHeaderBytes,
  SpdyError,
  type SpdyFrame,
  type SpdySetting,
  spdyVersion,
  unidirectionalFlag,
} from "./spdy-frame.ts";

/** Control frames are held until they are whole. */
export const controlBytesMax = 32 * 1024;
const idMask = 0x7fff_ffff;
const lengthMask = 0xff_ffff;
const settingBytes = 8;
const synStreamBytesMin = 10;
const wordBytes = 4;

interface Head {
  readonly isControl: boolean;
  /** Of a control frame. */
  readonly type: number;
  /** Of a data frame. */
  readonly streamId: number;
  readonly flags: number;
  readonly length: number;
}

export class SpdyFrameReader {
  readonly #unpacker = new HeaderUnpacker();
  /** What has arrived of a frame's head, or of a control frame's body. */
  #held = new Uint8Array(frameHeaderBytes);
  #heldBytes = 0;
  #head: Head | undefined;
  #dataLeft = 0;

  /** The frames, and pieces of data frames, that `bytes` complete. Throws `SpdyError`. */
  *read(bytes: Uint8Array): Generator<SpdyFrame, void, undefined> {
    let rest = bytes;
    for (;;) {
      if (this.#head !== undefined && !this.#head.isControl) {
        const piece = rest.subarray(0, this.#dataLeft);
        if (piece.length === 0 && this.#dataLeft > 0) return;
        rest = rest.subarray(piece.length);
        yield this.#dataPiece(this.#head, piece);
        continue;
      }
      const wanted = this.#held.length - this.#heldBytes;
      const taken = rest.subarray(0, wanted);
      this.#held.set(taken, this.#heldBytes);
      this.#heldBytes += taken.length;
      rest = rest.subarray(taken.length);
      if (taken.length < wanted) return;
      const frame = this.#head === undefined ? this.#begin() : this.#finish(this.#head);
      if (frame !== undefined) yield frame;
    }
  }

  /** A frame's head has arrived. */
  #begin(): undefined {
    const head = readHead(this.#held);
    if (head.isControl && head.length > controlBytesMax) {
      throw new SpdyError(`a control frame of ${head.length} bytes is longer than ${controlBytesMax}`);
    }
    this.#head = head;
    this.#dataLeft = head.length;
    this.#hold(head.isControl ? head.length : frameHeaderBytes);
  }

  /** A control frame's body has arrived. */
  #finish(head: Head): SpdyFrame | undefined {
    const body = this.#held;
    this.#head = undefined;
    this.#hold(frameHeaderBytes);
    return readControl(head, body, this.#unpacker);
  }

  #dataPiece({ streamId, flags }: Head, bytes: Uint8Array): SpdyFrame {
    this.#dataLeft -= bytes.length;
    const isWhole = this.#dataLeft === 0;
    if (isWhole) this.#head = undefined;
    return { type: "data", streamId, isFinal: isWhole && (flags & finalFlag) !== 0, bytes };
  }

  #hold(length: number): void {
    this.#held = new Uint8Array(length);
    this.#heldBytes = 0;
  }
}

function readHead(bytes: Uint8Array): Head {
  const view = viewOf(bytes);
  const first = view.getUint32(0);
  const second = view.getUint32(4);
  const isControl = first > idMask;
  if (isControl && (view.getUint16(0) & 0x7fff) !== spdyVersion) throw new SpdyError("a frame is not of SPDY/3");
  const length = second & lengthMask;
  return { isControl, type: view.getUint16(2), streamId: first & idMask, flags: second >>> 24, length };
}

/** Undefined for a type that nobody knows, which is to be skipped. */
function readControl({ type, flags }: Head, body: Uint8Array, unpacker: HeaderUnpacker): SpdyFrame | undefined {
  const view = viewOf(body);
  const isFinal = (flags & finalFlag) !== 0;
  const word = (index: number) => {
    if (body.length < (index + 1) * wordBytes) throw new SpdyError("a control frame is cut short");
    return view.getUint32(index * wordBytes);
  };
  const id = (index: number) => word(index) & idMask;
  switch (type) {
    case controlType.synStream: {
      if (body.length < synStreamBytesMin) throw new SpdyError("a control frame is cut short");
      const isUnidirectional = (flags & unidirectionalFlag) !== 0;
      const priority = view.getUint8(8) >>> 5;
      const headers = unpacker.unpack(body.subarray(synStreamBytesMin));
      return { type: "synStream", streamId: id(0), associatedId: id(1), priority, isFinal, isUnidirectional, headers };
    }
    case controlType.synReply:
    case controlType.headers: {
      const streamId = id(0);
      const headers = unpacker.unpack(body.subarray(wordBytes));
      return { type: type === controlType.synReply ? "synReply" : "headers", streamId, isFinal, headers };
    }
    case controlType.rstStream:
      return { type: "rstStream", streamId: id(0), status: word(1) };
    case controlType.settings:
      return { type: "settings", entries: readSettings(view, word(0)) };
    case controlType.ping:
      return { type: "ping", id: word(0) };
    case controlType.goAway:
      return { type: "goAway", lastStreamId: id(0), status: word(1) };
    case controlType.windowUpdate:
      return { type: "windowUpdate", streamId: id(0), delta: id(1) };
    default:
      return undefined;
  }
}

function readSettings(view: DataView, count: number): readonly SpdySetting[] {
  if (count * settingBytes + wordBytes !== view.byteLength) throw new SpdyError("a SETTINGS frame is cut short");
  return Array.from({ length: count }, (_, index) => {
    const at = wordBytes + index * settingBytes;
    const first = view.getUint32(at);
    return { id: first & lengthMask, flags: first >>> 24, value: view.getUint32(at + wordBytes) };
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
