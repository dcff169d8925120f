/** Asks a board what it uses just now. */
import type { BoardStreams } from "../../api/board-stream.ts";
import { type BoardUsage, boardUsageSchema } from "../../api/board-usage.ts";

/** A board measures for a second, and a slow link takes its time. */
const answerMsMax = 5_000;
const answerBytesMax = 1024 * 1024;

/** Undefined of a board that does not answer in time, or not in a way that can be read. */
export async function readBoardUsage(
  boards: BoardStreams,
  node: string,
  signal: AbortSignal | undefined,
): Promise<BoardUsage | undefined> {
  const deadline = AbortSignal.timeout(answerMsMax);
  const bounded = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    const stream = await boards.open(node, { type: "usage" }, bounded);
    const giveUp = () => stream.close();
    bounded.addEventListener("abort", giveUp, { once: true });
    try {
      const decoder = new TextDecoder();
      let text = "";
      for await (const bytes of stream.read(1)) {
        text += decoder.decode(bytes, { stream: true });
        if (text.length > answerBytesMax) throw new Error(`${node} says more than it could use`);
      }
      return boardUsageSchema.parse(JSON.parse(text));
    } finally {
      bounded.removeEventListener("abort", giveUp);
      stream.close();
    }
  } catch {
    return undefined;
  }
}
