import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient } from "../../client/api-client.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { clusterRoleAggregationController } from "../../controllers/cluster-role-aggregation/reconcile.ts";
import { runControllers } from "../../controllers/start-controllers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { Kubectl, kubectls } from "../streams/testing/run-kubectl.ts";
import { administrator } from "../testing/test-api.ts";
import { TestHttps } from "../testing/test-https.ts";

const server = await TestHttps.open();
const directory = await mkdtemp(join(tmpdir(), "bramble-auth-"));
const ending = new AbortController();

function kubeconfig(user: object): string {
  const encoded = Buffer.from(server.authority.caPem).toString("base64");
  const cluster = { server: `https://127.0.0.1:${server.server.port}`, "certificate-authority-data": encoded };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "default" } }],
  });
}

const { fleet } = server;
const surroundings = { clock: fleet.clock, random: seededRandom(1), log: silentLogger };
const client = new ApiClient(fleet.api.asTransport(administrator));
const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
const controllers = runControllers(context, [clusterRoleAggregationController(context)], ending.signal);

afterAll(async () => {
  ending.abort();
  await controllers;
  await server.server.close();
  await rm(directory, { recursive: true });
});

beforeAll(async () => {
  const encoded = (pem: string) => Buffer.from(pem).toString("base64");
  const { cert, key } = server.administrator;
  const files = {
    admin: { "client-certificate-data": encoded(cert), "client-key-data": encoded(key) },
    nobody: {},
  };
  for (const [name, user] of Object.entries(files)) await writeFile(join(directory, name), kubeconfig(user));
  const view = "/apis/rbac.authorization.k8s.io/v1/clusterroles/view";
  await eventually("view has its rules", async () => ((await fleet.get(view)).body.rules?.length ?? 0) > 5);
});

describe.each(kubectls)("kubectl %s", (version, program) => {
  const namespace = `n-${version.replaceAll(/[^0-9]/g, "")}`;
  const run = async (file: string, line: string) => {
    const cache = ["--cache-dir", join(directory, "cache")];
    const words = line.split(" ").map((word) => word.replaceAll("'", ""));
    const { code, stdout, stderr } = await new Kubectl(program, join(directory, file)).run([...cache, ...words]);
    return { code, out: stdout.toString(), err: stderr };
  };
  const admin = (line: string) => run("admin", line);

  beforeAll(async () => {
    await admin(`create namespace ${namespace}`);
    await admin(`create serviceaccount bot -n ${namespace}`);
    await admin(`create rolebinding bot --clusterrole=view --serviceaccount=${namespace}:bot -n ${namespace}`);
    await admin(`create rolebinding jane --clusterrole=edit --user=jane -n ${namespace}`);
    const pods = `get pods -n ${namespace} --as=jane`;
    await eventually("jane may read pods", async () => (await admin(pods)).code === 0);
  });

  it.each([
    ["create pods", "jane", "yes"],
    ["get secrets", "jane", "yes"],
    ["create roles.rbac.authorization.k8s.io", "jane", "no"],
    ["list pods", "bot", "yes"],
    ["get pods/log", "bot", "yes"],
    ["get secrets", "bot", "no"],
    ["delete pods", "bot", "no"],
  ])("says whether one can %s as %s: %s", async (what, who, answer) => {
    const user = who === "bot" ? `system:serviceaccount:${namespace}:bot` : who;
    const { out, code } = await admin(`auth can-i ${what} -n ${namespace} --as=${user}`);
    expect(out.trim()).toBe(answer);
    expect(code).toBe(answer === "yes" ? 0 : 1);
  });

  it("lists all that one can do", async () => {
    const { out } = await admin(`auth can-i --list -n ${namespace} --as=system:serviceaccount:${namespace}:bot`);
    expect(out).toMatch(/^pods\/log +\[\] +\[\] +\[get list watch\]$/m);
    expect(out).toMatch(/^daemonsets\.apps +\[\] +\[\] +\[get list watch\]$/m);
    expect(out).toMatch(/^selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]$/m);
    expect(out).not.toMatch(/^secrets /m);
    expect((await admin("auth can-i --list")).out).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/m);
  });

  it("reads with a token what its account may read, and is told about the rest", async () => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/bot/token`;
    const { token } = (await fleet.send("POST", path, {})).body.status;
    const bot = (line: string) => run("nobody", `${line} --token=${token}`);
    expect(await bot(`get pods -n ${namespace}`)).toMatchObject({ code: 0, out: "" });
    expect((await bot(`get secrets -n ${namespace}`)).err).toBe(
      `Error from server (Forbidden): secrets is forbidden: User "system:serviceaccount:${namespace}:bot" cannot list resource "secrets" in API group "" in the namespace "${namespace}"\n`,
    );
    expect((await bot("get nodes")).err).toContain('cannot list resource "nodes" in API group "" at the cluster scope');
    await admin(`delete serviceaccount bot -n ${namespace}`);
    expect((await bot(`get pods -n ${namespace}`)).err).toContain("must be logged in");
    await admin(`create serviceaccount bot -n ${namespace}`);
  });

  // `create token` and `auth whoami` are younger than Debian's.
  it.each(isNewer(version) ? ["bot"] : [])("makes a token for %s, and says who one is", async () => {
    const { out: token } = await admin(`create token bot -n ${namespace} --duration=10m`);
    const { out } = await run("nobody", `auth whoami -o json --token=${token.trim()}`);
    expect(JSON.parse(out).status.userInfo.username).toBe(`system:serviceaccount:${namespace}:bot`);
    expect((await admin("auth whoami --as=jane --as-group=devs")).out).toMatch(
      /^Groups +\[devs system:authenticated\]$/m,
    );
  });

  it("acts as others", async () => {
    expect((await admin("get nodes --as=jane")).err).toContain('User "jane" cannot list resource "nodes"');
    expect((await admin("get nodes --as=jane --as-group=system:masters")).code).toBe(0);
  });
});

function isNewer(version: string): boolean {
  return Number(/^v1\.(\d+)/.exec(version)?.[1] ?? 0) >= 28;
}
