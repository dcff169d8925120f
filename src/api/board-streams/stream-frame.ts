/**
 * The words of a board's streams. A message is one frame: type, stream, number within its direction, body; numbers are
 * big-endian. The numbers show that a message was lost: a stream with a gap in it ends, for nothing is repeated.
 */
import { z } from "zod";
import {
  type StreamChannel,
  type StreamEnd,
  type StreamRequest,
  streamEndSchema,
  streamRequestSchema,
} from "../board-stream.ts";

export type StreamFrame =
  /** The first of an opener's frames; `node` is the board that is meant. */
  | { readonly type: "open"; readonly node: string; readonly request: StreamRequest }
  /** The first of a board's frames, unless it refuses with `end`. */
  | { readonly type: "opened" }
  | { readonly type: "data"; readonly channel: StreamChannel; readonly bytes: Uint8Array }
  /** The other end may send so much more on the channel; see `costOf`. */
  | { readonly type: "credit"; readonly channel: StreamChannel; readonly cost: number }
  /** Nothing more will come on the channel. */
  | { readonly type: "finish"; readonly channel: StreamChannel }
  | { readonly type: "resize"; readonly columns: number; readonly rows: number }
  /** The last of a board's frames. */
  | { readonly type: "end"; readonly end: StreamEnd }
  /** The last of an opener's frames. */
  | { readonly type: "close" }
  /** There is nothing to say, and somebody to say it. */
  | { readonly type: "alive" }
  /** Between voters: the board is not connected here. */
  | { readonly type: "absent" };

/** A frame's code is its place here. */
const types = [
  "open",
  "opened",
  "data",
  "credit",
  "finish",
  "resize",
  "end",
  "close",
  "alive",
  "absent",
] as const satisfies readonly StreamFrame["type"][];
const fromBoard = 0x80;

const headerBytes = 9;
/** What one data frame may carry: short enough to let others pass between two of them. */
export const dataBytesMax = 32 * 1024;
/** A command's arguments may be long; anything else is short. */
const textBytesMax = 256 * 1024;
/** What a frame costs beside its bytes, so that a window also bounds how many tiny frames wait. */
const frameCost = 128;

/** What a data frame takes of its channel's window. */
export function costOf(bytes: Uint8Array): number {
  return frameCost + bytes.length;
}

const openSchema = z.object({ node: z.string().max(253), request: streamRequestSchema });

export interface FrameHeader {
  readonly id: number;
  /** Whether the board's end said it, or the opener's. Each end numbers its own. */
  readonly isFromBoard: boolean;
  readonly sequence: number;
  readonly type: StreamFrame["type"] | undefined;
}

export function encodeFrame(header: Omit<FrameHeader, "type">, frame: StreamFrame): Uint8Array {
  const body = encodeBody(frame);
  const message = new Uint8Array(headerBytes + body.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, types.indexOf(frame.type) | (header.isFromBoard ? fromBoard : 0));
  view.setUint32(1, header.id);
  view.setUint32(5, header.sequence);
  message.set(body, headerBytes);
  return message;
}

/** Undefined for what is no frame at all. */
export function readHeader(message: Uint8Array): FrameHeader | undefined {
  if (message.length < headerBytes) return undefined;
  const view = viewOf(message);
  const code = view.getUint8(0);
  return {
    id: view.getUint32(1),
    isFromBoard: (code & fromBoard) !== 0,
    sequence: view.getUint32(5),
    type: types[code & ~fromBoard],
  };
}

/** The same frame under another stream's number, as the next link knows it. */
export function withStreamId(message: Uint8Array, id: number): Uint8Array {
  const copy = new Uint8Array(message);
  new DataView(copy.buffer).setUint32(1, id);
  return copy;
}

/** The frame behind its header, with bytes of its own; undefined where no end of ours would have said it. */
export function decodeFrame(message: Uint8Array): StreamFrame | undefined {
  const type = readHeader(message)?.type;
  const body = message.subarray(headerBytes);
  const view = viewOf(body);
  switch (type) {
    case "opened":
    case "close":
    case "alive":
    case "absent":
      return { type };
    case "open": {
      const open = parseText(openSchema, body);
      return open === undefined ? undefined : { type, ...open };
    }
    case "end": {
      const end = parseText(streamEndSchema, body);
      return end === undefined ? undefined : { type, end };
    }
    case "resize":
      return body.length === 4 ? { type, columns: view.getUint16(0), rows: view.getUint16(2) } : undefined;
    case "data": {
      const channel = channelOf(body[0]);
      if (channel === undefined || body.length > 1 + dataBytesMax) return undefined;
      return { type, channel, bytes: new Uint8Array(body.subarray(1)) };
    }
    case "finish": {
      const channel = channelOf(body[0]);
      return channel === undefined ? undefined : { type, channel };
    }
    case "credit": {
      const channel = channelOf(body[0]);
      return channel === undefined || body.length !== 5 ? undefined : { type, channel, cost: view.getUint32(1) };
    }
    case undefined:
      return undefined;
  }
}

function encodeBody(frame: StreamFrame): Uint8Array {
  switch (frame.type) {
    case "open":
      return new TextEncoder().encode(JSON.stringify({ node: frame.node, request: frame.request }));
    case "end":
      return new TextEncoder().encode(JSON.stringify(frame.end));
    case "data": {
      const body = new Uint8Array(1 + frame.bytes.length);
      body[0] = frame.channel;
      body.set(frame.bytes, 1);
      return body;
    }
    case "credit": {
      const body = new Uint8Array(5);
      body[0] = frame.channel;
      viewOf(body).setUint32(1, frame.cost);
      return body;
    }
    case "finish":
      return Uint8Array.of(frame.channel);
    case "resize": {
      const body = new Uint8Array(4);
      viewOf(body).setUint16(0, frame.columns);
      viewOf(body).setUint16(2, frame.rows);
      return body;
    }
    case "opened":
    case "close":
    case "alive":
    case "absent":
      return new Uint8Array(0);
  }
}

function parseText<Schema extends z.ZodType>(schema: Schema, body: Uint8Array): z.output<Schema> | undefined {
  if (body.length > textBytesMax) return undefined;
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
}

function channelOf(byte: number | undefined): StreamChannel | undefined {
  return byte === 0 || byte === 1 || byte === 2 ? byte : undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
