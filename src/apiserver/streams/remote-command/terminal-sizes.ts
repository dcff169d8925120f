/** The sizes that a client's terminal takes: JSON objects one behind the other, cut anywhere. */
import { z } from "zod";

const sizeSchema = z.object({ Width: z.int().min(0).max(65_535), Height: z.int().min(0).max(65_535) });
/** A size is two short numbers. */
const textMax = 1024;

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is no size is left out; a terminal of no size at all is one that the client knows nothing of. */
export async function* terminalSizes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TerminalSize, void, undefined> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const chunk of chunks) {
    const [...objects] = `${held}${decoder.decode(chunk, { stream: true })}`.split(/(?<=\})/u);
    held = objects.at(-1)?.endsWith("}") === false ? (objects.pop() ?? "").slice(-textMax) : "";
    for (const text of objects) {
      const size = parseSize(text);
      if (size !== undefined && size.columns > 0 && size.rows > 0) yield size;
    }
  }
}

function parseSize(text: string): TerminalSize | undefined {
  try {
    const { Width, Height } = sizeSchema.parse(JSON.parse(text));
    return { columns: Width, rows: Height };
  } catch {
    return undefined;
  }
}
