/** A connection of bytes both ways, whatever carries it. */
import type { Socket } from "node:net";
import type { Writable } from "node:stream";

export interface ByteLink {
  /** Takes the parts in order, at once; resolves when there is room for more. Rejects when the link is closed. */
  write(parts: readonly Uint8Array[]): Promise<void>;
  /** What the other end sends until it ends; whoever does not read on holds it back. Read it once. */
  read(): AsyncIterable<Uint8Array>;
  /** Nothing more will be written: the other end has a while to read it all and to close, then it is cut off. */
  end(): void;
  /** At once, whatever has not left yet. */
  destroy(): void;
}

/** How long the other end may be silent before it is cut off. */
const lingerMs = 5000;

/** What was written to a link that is closed. */
export class LinkClosedError extends Error {
  override readonly name = "LinkClosedError";
}

/** `head` is what was read from the socket before it was handed over. */
export function socketLink(socket: Socket, head: Uint8Array): ByteLink {
  socket.on("error", () => socket.destroy());
  if (head.length > 0) socket.unshift(head);
  // One wait for all who write, so that a full socket costs the same whoever waits for it.
  let draining: Promise<void> | undefined;
  return {
    async write(parts) {
      if (!socket.writable) throw new LinkClosedError("the connection is closed");
      socket.cork();
      let hasRoom = true;
      for (const part of parts) hasRoom = socket.write(part);
      socket.uncork();
      if (hasRoom) return;
      draining ??= drained(socket).finally(() => {
        draining = undefined;
      });
      await draining;
    },
    read: () => receivedBy(socket),
    end: () => socket.setTimeout(lingerMs, () => socket.destroy()),
    destroy: () => socket.destroy(),
  };
}

/** Ends where the connection does, in order or not. */
async function* receivedBy(socket: Socket): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterable<Uint8Array> = socket.iterator({ destroyOnReturn: false });
  try {
    yield* chunks;
  } catch {
    // A connection that breaks has ended; whoever reads is told by that.
  }
}

/** Resolves when the buffer is empty; rejects with the end of the connection. */
export function drained(socket: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = () => {
      socket.off("close", onClose);
      resolve();
    };
    const onClose = () => {
      socket.off("drain", onDrain);
      reject(new LinkClosedError("the connection is closed"));
    };
    if (socket.destroyed) return onClose();
    socket.once("drain", onDrain);
    socket.once("close", onClose);
  });
}
