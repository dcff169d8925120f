/** SPDY/3.1 frames as values (SPDY protocol draft 3.1, section 2). */

/** Names in lower case; several values of one name stand in one string, a NUL between them. */
export type SpdyHeaders = ReadonlyMap<string, string>;

export type SpdyFrame =
  | {
      readonly type: "synStream";
      readonly streamId: number;
      readonly associatedId: number;
      /** 0 is the highest of 8. */
      readonly priority: number;
      readonly isFinal: boolean;
      readonly isUnidirectional: boolean;
      readonly headers: SpdyHeaders;
    }
  | { readonly type: "synReply"; readonly streamId: number; readonly isFinal: boolean; readonly headers: SpdyHeaders }
  | { readonly type: "rstStream"; readonly streamId: number; readonly status: number }
  | { readonly type: "settings"; readonly entries: readonly SpdySetting[] }
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "goAway"; readonly lastStreamId: number; readonly status: number }
  | { readonly type: "headers"; readonly streamId: number; readonly isFinal: boolean; readonly headers: SpdyHeaders }
  | { readonly type: "windowUpdate"; readonly streamId: number; readonly delta: number }
  | { readonly type: "data"; readonly streamId: number; readonly isFinal: boolean; readonly bytes: Uint8Array };

export interface SpdySetting {
  readonly id: number;
  readonly flags: number;
  readonly value: number;
}

/** The numbers of control frames. */
export const controlType = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const spdyVersion = 3;
export const finalFlag = 0x01;
export const unidirectionalFlag = 0x02;
/** Every frame begins with a word that says what it is, and one with its flags and length. */
export const frameHeaderBytes = 8;
export const dataBytesMax = 0xff_ffff;

/** Why a stream was reset. */
export const resetStatus = { protocolError: 1, refusedStream: 3, cancel: 5 } as const;

/** What the other end sent breaks the protocol; the session cannot go on. */
export class SpdyError extends Error {
  override readonly name = "SpdyError";
}
