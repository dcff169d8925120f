/** A connection to a pod's port as a socket of Node's, for those who speak HTTP on it. */
import { Duplex } from "node:stream";
import type { BoardStream } from "../../../api/board-stream.ts";

export function boardSocket(stream: BoardStream): Duplex {
  const chunks = stream.read(0)[Symbol.asyncIterator]();
  return new Duplex({
    read() {
      void next(this, stream, chunks);
    },
    write(chunk: Uint8Array, _, done) {
      stream.write(0, chunk).then(() => done(), done);
    },
    final(done) {
      stream.finish(0);
      done();
    },
    destroy(error, done) {
      stream.close();
      done(error);
    },
  });
}

async function next(socket: Duplex, stream: BoardStream, chunks: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    const { done, value } = await chunks.next();
    if (done !== true) {
      socket.push(value);
      return;
    }
    // The other way may go on; a stream that failed has ended both ways by now.
    const end = await Promise.race([stream.ended, new Promise<void>((resolve) => setImmediate(resolve))]);
    if (end !== undefined && end.type === "failed") socket.destroy(new Error(end.message));
    else socket.push(null);
  } catch (error) {
    socket.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
