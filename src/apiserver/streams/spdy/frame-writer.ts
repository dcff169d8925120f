/** SPDY/3.1 frames to bytes. One writer a session: header blocks build upon each other. */
import { assert } from "../../../lib/assert.ts";
import { HeaderPacker } from "./header-block.ts";
import {
  controlType,
  dataBytesMax,
  finalFlag,
  frameHeaderBytes,
  type SpdyFrame,
  spdyVersion,
  unidirectionalFlag,
} from "./spdy-frame.ts";

const priorityShift = 5;

export class SpdyFrameWriter {
  readonly #packer = new HeaderPacker();

  /** The frame's parts, to be sent in order: data is not copied. */
  write(frame: SpdyFrame): readonly Uint8Array[] {
    switch (frame.type) {
      case "data": {
        assert(frame.bytes.length <= dataBytesMax, "a data frame holds at most 16 MiB");
        const head = words(frame.streamId, flagged(frame.isFinal ? finalFlag : 0, frame.bytes.length));
        return frame.bytes.length === 0 ? [head] : [head, frame.bytes];
      }
      case "synStream": {
        const flags = (frame.isFinal ? finalFlag : 0) | (frame.isUnidirectional ? unidirectionalFlag : 0);
        const place = new Uint8Array([frame.priority << priorityShift, 0]);
        const fields = [words(frame.streamId, frame.associatedId), place];
        return control("synStream", flags, [...fields, this.#packer.pack(frame.headers)]);
      }
      case "synReply":
      case "headers": {
        const body = [words(frame.streamId), this.#packer.pack(frame.headers)];
        return control(frame.type, frame.isFinal ? finalFlag : 0, body);
      }
      case "rstStream":
        return control(frame.type, 0, [words(frame.streamId, frame.status)]);
      case "settings": {
        const entries = frame.entries.flatMap(({ id, flags, value }) => [flagged(flags, id), value]);
        return control(frame.type, 0, [words(frame.entries.length, ...entries)]);
      }
      case "ping":
        return control(frame.type, 0, [words(frame.id)]);
      case "goAway":
        return control(frame.type, 0, [words(frame.lastStreamId, frame.status)]);
      case "windowUpdate":
        return control(frame.type, 0, [words(frame.streamId, frame.delta)]);
    }
  }
}

function control(type: keyof typeof controlType, flags: number, body: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const head = new Uint8Array(frameHeaderBytes);
  const view = new DataView(head.buffer);
  view.setUint16(0, 0x8000 | spdyVersion);
  view.setUint16(2, controlType[type]);
  view.setUint32(4, flagged(flags, length));
  return [head, ...body];
}

/** Eight bits of flags before 24 of a number. */
function flagged(flags: number, value: number): number {
  return flags * 0x100_0000 + value;
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return bytes;
}
