/** A connection to a pod's port as a socket of Node's, for those who speak HTTP on it. */
import { Duplex } from "node:stream";
import type { BoardStream } from "../../../api/board-stream.ts";
import { failureOf } from "../failure-of.ts";

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
    const failure = await failureOf(stream);
    if (failure === undefined) socket.push(null);
    else socket.destroy(new Error(failure));
  } catch (error) {
    socket.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
