/** Takes the 8-byte frame headers out of the engine's combined stdout and stderr (Engine API, "Stream format"). */
export async function* demultiplex(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (pending.length < frameHeaderBytes) break;
      const end = frameHeaderBytes + new DataView(pending.buffer, pending.byteOffset).getUint32(4);
      if (pending.length < end) break;
      yield pending.subarray(frameHeaderBytes, end);
      pending = pending.subarray(end);
    }
  }
}

const frameHeaderBytes = 8;
