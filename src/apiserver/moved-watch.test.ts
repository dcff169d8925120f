import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ApiRequest } from "../api/exchange.ts";
import { silentLogger } from "../lib/logger.ts";
import { seededRandom } from "../lib/random.ts";
import { type TrioVoter, VoterTrio } from "../replication/testing/voter-trio.ts";
import { type ApiServer, createApiServer } from "./api-server.ts";
import { ensureBootstrapObjects } from "./bootstrap-objects.ts";
import { administrator } from "./testing/test-api.ts";

const path = "/api/v1/namespaces/default/configmaps";

function serverOf(trio: VoterTrio, { store }: TrioVoter): ApiServer {
  if (store === undefined) throw new Error("the voter runs");
  const { clock } = trio;
  return createApiServer({ store, clock, random: seededRandom(1), log: silentLogger, newUid: randomUUID });
}

async function settled<T>(trio: VoterTrio, promise: Promise<T>): Promise<T> {
  let isDone = false;
  void promise.finally(() => {
    isDone = true;
  });
  await trio.until(() => isDone);
  return promise;
}

async function create(trio: VoterTrio, api: ApiServer, name: string): Promise<string> {
  const request: ApiRequest = { method: "POST", path, body: { metadata: { name }, data: {} } };
  const { status, body } = await settled(trio, api.request(request, administrator));
  expect(status).toBe(201);
  return JSON.parse(JSON.stringify(body)).metadata.resourceVersion;
}

describe("fault 35: a watch that moves to another voter", () => {
  it("waits there until that voter has come as far, and then misses and repeats nothing", async () => {
    const trio = new VoterTrio({});
    await trio.startAll();
    const [, there, behind] = trio.voters;
    if (there === undefined || behind === undefined) throw new Error("three voters");
    const [fast, slow] = [serverOf(trio, there), serverOf(trio, behind)];
    await settled(trio, ensureBootstrapObjects(fast.asTransport(administrator)));
    trio.cutOff.add(behind.member.id);
    await create(trio, fast, "a");
    const resourceVersion = await create(trio, fast, "b");
    expect(behind.store?.reader.revision).toBeLessThan(Number(resourceVersion));

    const query = { resourceVersion };
    const ending = new AbortController();
    const opening = slow.openWatch({ method: "GET", path, query }, administrator, ending.signal);
    let isOpen = false;
    void opening.then(() => {
      isOpen = true;
    });
    await trio.pass(2_000);
    expect(isOpen).toBe(false);
    trio.cutOff.clear();
    const events = (await settled(trio, opening))[Symbol.asyncIterator]();
    const next = events.next();
    await create(trio, fast, "c");
    const { value } = await settled(trio, next);
    expect(value).toMatchObject({ type: "ADDED", object: { metadata: { name: "c" } } });
    ending.abort();
  });

  it("is told so where that takes too long", async () => {
    const trio = new VoterTrio({});
    await trio.startAll();
    const [, there, behind] = trio.voters;
    if (there === undefined || behind === undefined) throw new Error("three voters");
    await settled(trio, ensureBootstrapObjects(serverOf(trio, there).asTransport(administrator)));
    trio.cutOff.add(behind.member.id);
    const resourceVersion = await create(trio, serverOf(trio, there), "a");
    const query = { resourceVersion };
    const { signal } = new AbortController();
    const watch = serverOf(trio, behind).watch({ method: "GET", path, query }, administrator, signal);
    const { value } = await settled(trio, watch[Symbol.asyncIterator]().next());
    expect(value).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", reason: expect.stringMatching(/Timeout|Unavailable/) },
    });
  });
});
