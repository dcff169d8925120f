/** Answers to an upgrade, written by hand: Node hands over the bare socket. */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { apiReply } from "../http/send-reply.ts";

/** What else the client has sent by then is never read as a request: the connection ends. */
export function refuseUpgrade(socket: Socket, code: number, status: unknown): void {
  const { body, contentType, headers } = apiReply(code, status);
  const own = {
    "content-type": contentType,
    "content-length": String(body.length),
    "cache-control": "no-cache, private",
  };
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  writeHead(socket, code, { connection: "close", ...own, ...headers });
  socket.end(body, () => socket.destroySoon());
}

export function acceptUpgrade(socket: Socket, headers: Readonly<Record<string, string>>): void {
  writeHead(socket, 101, { Connection: "Upgrade", ...headers });
}

export function writeHead(
  socket: Socket,
  code: number,
  headers: Readonly<Record<string, string | readonly string[]>>,
): void {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}\r\n`),
  );
  socket.write(`HTTP/1.1 ${code} ${STATUS_CODES[code] ?? "Unknown"}\r\n${lines.join("")}\r\n`);
}
