import type { BoardStream } from "../../api/board-stream.ts";

/**
 * Why nothing more came from the board, in words; undefined for an orderly end. Asked when a channel has ended: its
 * stream may go on the other way, but one that has failed has ended both ways by then.
 */
export async function failureOf(stream: BoardStream): Promise<string | undefined> {
  const end = await Promise.race([stream.ended, new Promise<void>((resolve) => setImmediate(resolve))]);
  return end !== undefined && end.type === "failed" ? end.message : undefined;
}
