/** A byte connection through a WebSocket, its messages' borders meaning nothing: what SPDY is tunnelled in. */
import type { WebSocket } from "ws";
import type { Clock } from "../../../lib/clock.ts";
import { type ByteLink, LinkClosedError } from "../byte-link.ts";
import { Inbox } from "../inbox.ts";
import { BoundedReading } from "./bounded-reading.ts";
import { messageBytes } from "./message-bytes.ts";

const unreadBytesMax = 256 * 1024;
const normalClosure = 1000;

export function webSocketLink(socket: WebSocket, clock: Clock): ByteLink {
  const reading = new BoundedReading(socket, clock, unreadBytesMax);
  const inbox = new Inbox((_, cost) => reading.taken(cost));
  socket.on("message", (data) => reading.arrived(inbox.put(messageBytes(data))));
  socket.on("close", () => inbox.end());
  socket.on("error", () => socket.terminate());
  return {
    write: (parts) =>
      new Promise((resolve, reject) => {
        socket.send(Buffer.concat(parts), { binary: true }, (error) =>
          error === undefined || error === null ? resolve() : reject(new LinkClosedError(error.message)),
        );
      }),
    read: () => inbox.read(),
    end: () => socket.close(normalClosure),
    destroy: () => socket.terminate(),
  };
}
