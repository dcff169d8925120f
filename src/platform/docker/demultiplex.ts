export interface EngineFrame {
  readonly channel: 1 | 2;
  readonly bytes: Uint8Array;
}

/** Takes the 8-byte frame headers out of the engine's combined stdout and stderr (Engine API, "Stream format"). */
export async function* demultiplex(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EngineFrame> {
  let pending: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (pending.length < frameHeaderBytes) break;
      const end = frameHeaderBytes + new DataView(pending.buffer, pending.byteOffset).getUint32(4);
      if (pending.length < end) break;
      yield { channel: pending[0] === stderr ? 2 : 1, bytes: pending.subarray(frameHeaderBytes, end) };
      pending = pending.subarray(end);
    }
  }
}

const frameHeaderBytes = 8;
const stderr = 2;
