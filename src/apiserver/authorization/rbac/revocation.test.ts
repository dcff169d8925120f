import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { silentLogger } from "../../../lib/logger.ts";
import { seededRandom } from "../../../lib/random.ts";
import { type TrioVoter, VoterTrio } from "../../../replication/testing/voter-trio.ts";
import { type ApiServer, createApiServer } from "../../api-server.ts";
import { ensureBootstrapObjects } from "../../bootstrap-objects.ts";
import { administrator } from "../../testing/test-api.ts";
import { attributesOf } from "../request-attributes.ts";

const bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
const metrics = attributesOf({ method: "GET", path: "/metrics" });
const jane = { user: "jane", groups: [] };

function serverOf(trio: VoterTrio, { store }: TrioVoter): ApiServer {
  if (store === undefined) throw new Error("the voter runs");
  return createApiServer({ store, clock: trio.clock, random: seededRandom(1), log: silentLogger, newUid: randomUUID });
}

async function settled<T>(trio: VoterTrio, promise: Promise<T>): Promise<T> {
  let isDone = false;
  void promise.finally(() => {
    isDone = true;
  });
  await trio.until(() => isDone);
  return promise;
}

it("a right that is taken away is gone on every voter within a second, and one without a leader goes on deciding", async () => {
  const trio = new VoterTrio({});
  await trio.startAll();
  const servers = trio.voters.map((voter) => serverOf(trio, voter));
  const [first, second] = servers;
  const cutOff = trio.voters[2];
  if (first === undefined || second === undefined || cutOff === undefined) throw new Error("three voters");
  const mays = () =>
    Promise.all(
      servers.map(async ({ access }) => (await access.authorizer.authorize(jane, metrics)).type === "allowed"),
    );
  const change = async (server: ApiServer, method: "POST" | "DELETE", path: string, body?: object) => {
    const request = server.request({ method, path, ...(body !== undefined && { body }) }, administrator);
    expect((await settled(trio, request)).status).toBeLessThan(300);
  };
  const grant = {
    metadata: { name: "jane" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:monitoring" },
    subjects: [{ kind: "User", name: "jane" }],
  };

  await settled(trio, ensureBootstrapObjects(first.asTransport(administrator)));
  await change(first, "POST", bindings, grant);
  await trio.pass(1_000);
  expect(await mays()).toEqual([true, true, true]);
  await change(second, "DELETE", `${bindings}/jane`);
  await trio.pass(1_000);
  expect(await mays()).toEqual([false, false, false]);

  trio.cutOff.add(cutOff.member.id);
  await change(first, "POST", bindings, grant);
  await trio.pass(5_000);
  expect(await mays()).toEqual([true, true, false]);
  trio.cutOff.clear();
  await trio.pass(5_000);
  expect(await mays()).toEqual([true, true, true]);
});
