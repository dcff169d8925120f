/** `bramble dashboard`: where the dashboard is, and a token to sign in with, made through the public API. */
import { z } from "zod";
import type { ApiTransport } from "../api/exchange.ts";
import { successBody } from "../client/reply.ts";
import { collectionPath, objectPath } from "../client/resource-path.ts";
import type { CliSurroundings, FleetConnection } from "./cli-actions.ts";

const namespace = "kube-system";
const name = "dashboard-administrator";
const alreadyExists = 409;

const nodesSchema = z.object({
  items: z.array(
    z.object({
      status: z.object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]) }),
    }),
  ),
});
const tokenSchema = z.object({ status: z.object({ token: z.string(), expirationTimestamp: z.string() }) });

/** Prints the token on the first line, for scripts, and what to do with it below. */
export async function showDashboard(
  { api, server }: FleetConnection,
  { ttlMs }: { readonly ttlMs: number },
  io: CliSurroundings,
): Promise<void> {
  const voters = await voterAddresses(api);
  await ensureAdministrator(api);
  const { token, expirationTimestamp } = await requestToken(api, ttlMs);
  const [, port = "6443"] = /:(\d+)$/.exec(server) ?? [];
  const hosts = voters.length > 0 ? voters : [server.replace(/:\d+$/, "")];
  io.out(`${token}

Sign in with it at any of:

${hosts.map((host) => `    https://${host.includes(":") ? `[${host}]` : host}:${port}/dashboard/`).join("\n")}

Browsers warn of the certificate, since it is of the fleet's own CA, which they do not know.
Whoever has this token is administrator until ${expirationTimestamp}. To withdraw it before:

    bramble delete serviceaccount ${name} -n ${namespace}
`);
}

async function voterAddresses(api: ApiTransport): Promise<readonly string[]> {
  const path = collectionPath({ group: "", version: "v1", plural: "nodes" });
  const query = { labelSelector: "node-role.kubernetes.io/voter" };
  const { items } = nodesSchema.parse(successBody(await api.request({ method: "GET", path, query })));
  return items.flatMap(({ status }) => status.addresses.find(({ type }) => type === "InternalIP")?.address ?? []);
}

/** Made on demand, so that a fleet whose dashboard nobody opens has no such account. */
async function ensureAdministrator(api: ApiTransport): Promise<void> {
  await ensure(api, collectionPath(accounts, namespace), { metadata: { name } });
  await ensure(api, collectionPath({ group: rbac, version: "v1", plural: "clusterrolebindings" }), {
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
}

const accounts = { group: "", version: "v1", plural: "serviceaccounts" };
const rbac = "rbac.authorization.k8s.io";

async function ensure(api: ApiTransport, path: string, body: unknown): Promise<void> {
  const reply = await api.request({ method: "POST", path, body });
  if (reply.status !== alreadyExists) successBody(reply);
}

async function requestToken(api: ApiTransport, ttlMs: number) {
  const path = `${objectPath(accounts, { namespace, name })}/token`;
  const body = { spec: { expirationSeconds: Math.ceil(ttlMs / 1000) } };
  return tokenSchema.parse(successBody(await api.request({ method: "POST", path, body }))).status;
}
