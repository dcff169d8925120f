export interface EngineFrame {
  readonly channel: 1 | 2;
  readonly bytes: Uint8Array;
}

const frameHeaderBytes = 8;
const stderr = 2;

/** Takes the 8-byte frame headers out of the engine's combined stdout and stderr (Engine API, "Stream format"). */
export class FrameReader {
  #pending: Uint8Array = new Uint8Array(0);

  /** The frames that `chunk` completes. */
  take(chunk: Uint8Array): EngineFrame[] {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: EngineFrame[] = [];
    let at = 0;
    while (at + frameHeaderBytes <= bytes.length) {
      const end = at + frameHeaderBytes + view.getUint32(at + 4);
      if (end > bytes.length) break;
      frames.push({ channel: bytes[at] === stderr ? 2 : 1, bytes: bytes.subarray(at + frameHeaderBytes, end) });
      at = end;
    }
    this.#pending = bytes.subarray(at);
    return frames;
  }
}

export async function* demultiplex(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EngineFrame> {
  const reader = new FrameReader();
  for await (const chunk of chunks) yield* reader.take(chunk);
}
