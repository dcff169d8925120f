import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ApiWatchEvent } from "../../api/exchange.ts";
import { TestFleet } from "../mqtt/testing/test-fleet.ts";
import { HttpsTransport } from "./https-transport.ts";

const fleet = await TestFleet.create();
const voter = await fleet.voter("b1");

afterEach(() => fleet.close());

/** The administrator's transport to a voter that answers with `handler`. */
async function transportTo(handler: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const { caPem: ca, certificatePem: cert, keyPem: key } = voter.credentials;
  const server = createServer({ ca, cert, key, requestCert: true }, handler);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const transport = new HttpsTransport({ server: `127.0.0.1:${port}`, ...(await fleet.admin()) });
  fleet.atEnd(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}

const request = { method: "GET", path: "/api/v1/pods", query: { watch: "true" } } as const;

async function eventsOf(transport: HttpsTransport, controller = new AbortController(), countMax = 10) {
  const events: ApiWatchEvent[] = [];
  for await (const event of transport.watch(request, controller.signal)) {
    events.push(event);
    if (events.length === countMax) controller.abort(new Error("seen enough"));
  }
  return events;
}

describe("HttpsTransport", () => {
  it("sends what it is given and returns refusals as replies", async () => {
    const transport = await transportTo(async (incoming, response) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      const { method, url, headers } = incoming;
      response.writeHead(422).end(JSON.stringify({ method, url, type: headers["content-type"], body }));
    });
    const contentType = "application/merge-patch+json";
    expect(await transport.request({ method: "PATCH", path: "/api/v1/nodes/b1", contentType, body: { a: 1 } })).toEqual(
      {
        status: 422,
        body: { method: "PATCH", url: "/api/v1/nodes/b1", type: contentType, body: '{"a":1}' },
      },
    );
  });

  it("watches until the stream ends, however it ends", async () => {
    const line = `${JSON.stringify({ type: "ADDED", object: { n: 1 } })}\n`;
    const ended = await transportTo((_, response) => response.write(line, () => response.end(line)));
    expect(await eventsOf(ended)).toEqual([1, 1].map((n) => ({ type: "ADDED", object: { n } })));
    const broken = await transportTo((_, response) => response.write(line, () => response.destroy()));
    expect(await eventsOf(broken)).toEqual([{ type: "ADDED", object: { n: 1 } }]);
    const endless = await transportTo((_, response) => response.write(line));
    expect(await eventsOf(endless, new AbortController(), 1)).toHaveLength(1);
  });

  it("ends a watch that is refused with the reason", async () => {
    const status = { kind: "Status", code: 410, reason: "Expired" };
    const transport = await transportTo((_, response) => response.writeHead(410).end(JSON.stringify(status)));
    expect(await eventsOf(transport)).toEqual([{ type: "ERROR", object: status }]);
  });

  it("rejects with the signal's reason when it is given up", async () => {
    const transport = await transportTo(() => undefined);
    const controller = new AbortController();
    const reply = transport.request(request, controller.signal);
    controller.abort(new Error("given up"));
    await expect(reply).rejects.toThrow("given up");
  });
});
