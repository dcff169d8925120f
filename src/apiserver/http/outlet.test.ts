import { once } from "node:events";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { WrittenJson } from "../rendering/written-json.ts";
import { Outlet } from "./outlet.ts";
import { sendPieces } from "./send-pieces.ts";

const bytes = Buffer.alloc(2 * 1024 * 1024, "x");

it("has room again as soon as what it holds is released, and no more of it for being told twice", async () => {
  const outlet = new Outlet(1);
  const read = async () => ({ bytes });
  const first = await outlet.hold(read);
  const second = outlet.hold(read);
  const third = outlet.hold(read);
  await new Promise(setImmediate);
  expect(outlet.isCrowded).toBe(true);
  outlet.release(first);
  outlet.release(first);
  const one = await Promise.race([second, third]);
  await new Promise(setImmediate);
  expect(outlet.isCrowded).toBe(true);
  outlet.release(one);
  await Promise.all([second, third]);
  expect(outlet.isCrowded).toBe(false);
});

it("has room again when a long answer is refused before it is sent", async () => {
  const outlet = new Outlet(1);
  async function* pieces() {
    yield { text: bytes.toString(), isLast: true };
  }
  const answered = Promise.withResolvers<unknown>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const head = { status: 200, contentType: "application/json" };
    const sending = sendPieces(
      { request, response, head, outlet, clock: new VirtualClock() },
      new WrittenJson(pieces()),
    );
    sending.then((rest) => {
      answered.resolve(rest);
      response.writeHead(429).end();
    }, answered.reject);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  get({ port: (server.address() as AddressInfo).port, agent: false }, (response) => response.resume());
  expect(await answered.promise).toBeTypeOf("function");
  await outlet.hold(async () => ({ bytes }));
  server.close();
});
