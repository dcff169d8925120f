/** An upgrade passed on to a pod: once both have agreed, bytes both ways; otherwise the backend's answer, and the end. */
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import type { Upgrade } from "../upgrade.ts";
import { writeHead } from "../upgrade-answer.ts";
import type { Backend } from "./backend.ts";
import { returnedHeaders } from "./proxy-headers.ts";
import { unreachable } from "./serve-proxy.ts";

type Answer =
  | { readonly type: "upgraded"; readonly response: IncomingMessage; readonly peer: Duplex; readonly head: Buffer }
  | { readonly type: "refused"; readonly response: IncomingMessage };

/** Returns what serves the connection to its end. Throws `ApiError` (503). */
export async function passUpgradeOn(
  outgoing: ClientRequest,
  backend: Backend,
  prefix: string,
  { socket, head }: Upgrade,
): Promise<() => Promise<void>> {
  const answered = Promise.withResolvers<Answer>();
  outgoing.on("upgrade", (response, peer, first) =>
    answered.resolve({ type: "upgraded", response, peer, head: first }),
  );
  outgoing.on("response", (response) => answered.resolve({ type: "refused", response }));
  outgoing.on("error", (error) => answered.reject(unreachable(error)));
  outgoing.end();
  const answer = await answered.promise;
  const { response } = answer;
  const headers = returnedHeaders(response, backend, prefix);
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  socket.once("close", () => outgoing.destroy());
  return async () => {
    if (answer.type === "refused") {
      // Without an upgrade this is a connection for requests again: what follows on it is not the backend's to judge.
      writeHead(socket, response.statusCode ?? 502, { ...lines(headers), connection: "close" });
      response.on("error", () => socket.destroy());
      response.pipe(socket, { end: false });
      response.once("end", () => socket.end(() => socket.destroySoon()));
      await closed;
      return;
    }
    const { peer } = answer;
    writeHead(socket, 101, { ...lines(headers), connection: "Upgrade", upgrade: response.headers.upgrade ?? "" });
    peer.on("error", () => socket.destroy()).once("close", () => socket.destroySoon());
    socket.once("close", () => peer.destroy());
    socket.write(answer.head);
    peer.write(head);
    peer.pipe(socket);
    socket.pipe(peer);
    await closed;
  };
}

function lines(headers: OutgoingHttpHeaders): Record<string, string | readonly string[]> {
  const kept: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) kept[name] = typeof value === "number" ? String(value) : value;
  }
  return kept;
}
