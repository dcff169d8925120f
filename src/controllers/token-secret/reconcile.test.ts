import { afterAll, expect, it } from "vitest";
import { administrator, TestApi } from "../../apiserver/testing/test-api.ts";
import { ApiClient } from "../../client/api-client.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { runControllers } from "../start-controllers.ts";
import { tokenSecretController } from "./reconcile.ts";

const server = await TestApi.open();
const ending = new AbortController();
const client = new ApiClient(server.api.asTransport(administrator));
const surroundings = { clock: server.clock, random: seededRandom(1), log: silentLogger };
const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
const running = runControllers(context, [tokenSecretController(context, "CA")], ending.signal);
afterAll(async () => {
  ending.abort();
  await running;
});

const home = "/api/v1/namespaces/default";

it("gives a Secret a token that is its account's, as long as the Secret and the account are there", async () => {
  await server.send("POST", `${home}/serviceaccounts`, { metadata: { name: "ci" } });
  const metadata = { name: "ci-token", annotations: { "kubernetes.io/service-account.name": "ci" } };
  await server.send("POST", `${home}/secrets`, { metadata, type: "kubernetes.io/service-account-token" });
  const read = () => server.get(`${home}/secrets/ci-token`);
  await expect.poll(async () => Object.keys((await read()).body.data ?? {})).toHaveLength(3);
  const { token } = (await read()).body.data;
  const text = Buffer.from(token, "base64").toString();
  expect(await server.api.access.readToken(text)).toMatchObject({ user: "system:serviceaccount:default:ci" });
  await server.send("DELETE", `${home}/serviceaccounts/ci`);
  expect(await server.api.access.readToken(text)).toBeUndefined();
  await expect.poll(async () => (await read()).status).toBe(404);
});
