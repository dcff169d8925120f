import { once } from "node:events";
import { request as httpsRequest } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestHttps } from "../testing/test-https.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const count = 250;
const names = Array.from({ length: count }, (_, at) => `map-${String(at).padStart(3, "0")}`);

const server = await TestHttps.open();
afterAll(() => server.server.close());
beforeAll(async () => {
  for (const [at, name] of names.entries()) {
    const metadata = { name, labels: { third: String(at % 3 === 0) } };
    const body = JSON.stringify({ metadata, data: { text: "ä".repeat(10_000) } });
    const headers = { "content-type": "application/json" };
    expect((await server.ask(maps, { method: "POST", body, headers })).status).toBe(201);
  }
});

interface Named {
  readonly metadata: { readonly name: string };
}

function namesIn({ items }: { readonly items: readonly Named[] }): string[] {
  return items.map(({ metadata }) => metadata.name);
}

describe("a list of several pages", () => {
  it("says what the same list in one process does", async () => {
    const reply = await server.ask(maps);
    expect(reply.headers["content-length"]).toBeUndefined();
    const whole = await server.fleet.api.request(
      { method: "GET", path: maps },
      { user: "x", groups: ["system:masters"] },
    );
    expect(reply.json).toEqual(JSON.parse(JSON.stringify(whole.body)));
    expect(namesIn(reply.json)).toEqual(names);
  });

  it("is compressed as it goes", async () => {
    const reply = await server.ask(maps, { headers: { "accept-encoding": "gzip" } });
    expect(reply.headers["content-encoding"]).toBe("gzip");
    expect(namesIn(JSON.parse(gunzipSync(reply.bytes).toString()))).toEqual(names);
  });

  it.each([
    ["labelSelector=third%3Dtrue", names.filter((_, at) => at % 3 === 0)],
    ["labelSelector=third%3Dnever", []],
    ["fieldSelector=metadata.name%3Dmap-249", ["map-249"]],
  ])("holds what is selected: %s", async (query, expected) => {
    expect(namesIn((await server.ask(`${maps}?${query}`)).json)).toEqual(expected);
  });

  it.each([
    [1, "", 249],
    [100, "", 150],
    [150, "", 100],
    [250, "", undefined],
    [300, "", undefined],
    [30, "&labelSelector=third%3Dtrue", undefined],
  ])("is cut at %i%s, and goes on from there", async (limit, selector, remaining) => {
    const first = (await server.ask(`${maps}?limit=${limit}${selector}`)).json;
    expect(first.metadata.remainingItemCount).toBe(remaining);
    const token = first.metadata.continue;
    expect(token === undefined).toBe(limit >= count);
    const rest = token === undefined ? { items: [] } : (await server.ask(`${maps}?continue=${token}${selector}`)).json;
    const all = selector === "" ? names : names.filter((_, at) => at % 3 === 0);
    expect([...namesIn(first), ...namesIn(rest)]).toEqual(all);
    expect(namesIn(first)).toHaveLength(Math.min(limit, all.length));
  });

  it("is no longer sent to those who take nothing of it while others wait", async () => {
    // Some of them have what the kernel holds of it, some what there is room for, and the others wait.
    const unread = Array.from({ length: 40 }, () => {
      const asked = httpsRequest({ ...server.options(), path: maps }).end();
      asked.on("error", () => {}).once("response", (response) => response.on("error", () => {}).pause());
      return asked;
    });
    await pause(1_500);
    const served = server.ask(maps).then(({ json }) => namesIn(json));
    expect(await Promise.race([served, pause(500)])).toBeUndefined();
    const object = server.ask(`${maps}/map-000`);
    expect((await object).status).toBe(200);
    let seen: string[] | undefined;
    while (seen === undefined) {
      server.fleet.clock.advance(500);
      seen = await Promise.race([served, pause(20, undefined)]);
    }
    expect(seen).toEqual(names);
    for (const asked of unread) asked.destroy();
  });

  it("waits for its client, and is no more once the client has gone", async () => {
    const asked = httpsRequest({ ...server.options(), path: maps }).end();
    const [response] = await once(asked, "response");
    response.pause();
    await pause(50);
    response.destroy();
    expect(namesIn((await server.ask(maps)).json)).toEqual(names);
  });
});
