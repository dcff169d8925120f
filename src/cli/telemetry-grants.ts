/** `bramble telemetry`: who may read the public topics. Each grant is a ServiceAccount with one role and one token. */
import { z } from "zod";
import { ApiError } from "../api/api-error.ts";
import type { ApiReply } from "../api/exchange.ts";
import { telemetryRoot } from "../api/telemetry/topics.ts";
import { successBody } from "../client/reply.ts";
import { collectionPath, objectPath } from "../client/resource-path.ts";
import { UsageError } from "../lib/errors.ts";
import type { CliSurroundings, FleetConnection } from "./cli-actions.ts";
import { textTable } from "./output.ts";

const namespace = "bramble-telemetry";
const grantLabel = "bramble.io/telemetry-grant";
const role = "bramble:telemetry-reader";
const namespaces = { group: "", version: "v1", plural: "namespaces" };
const accounts = { group: "", version: "v1", plural: "serviceaccounts" };
const secrets = { group: "", version: "v1", plural: "secrets" };
const bindings = { group: "rbac.authorization.k8s.io", version: "v1", plural: "clusterrolebindings" };

/** The leader fills a token's Secret as soon as it sees it. */
const tokenMsMax = 15_000;
const askEveryMs = 200;

const filledSchema = z.looseObject({ data: z.looseObject({ token: z.base64() }) });
const listSchema = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), creationTimestamp: z.string().default("") }) })),
});

export interface GrantPlace {
  /** Of the voters' telemetry brokers. */
  readonly port: number;
  /** Where this board, like every other, keeps the fleet's CA. */
  readonly caFile: string;
}

/** Prints the token, once, and a line that uses it. Throws `UsageError` where there is such a grant already. */
export async function grantTelemetry(
  { api, fleet, server }: FleetConnection,
  name: string,
  { port, caFile }: GrantPlace,
  io: CliSurroundings,
): Promise<void> {
  const labels = { [grantLabel]: name };
  const create = (collection: string, body: object) => api.request({ method: "POST", path: collection, body });
  ensured(
    await create(collectionPath(namespaces), { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }),
  );
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace, labels } };
  const made = await create(collectionPath(accounts, namespace), account);
  if (made.status === 409) {
    throw new UsageError(
      `${name} has a grant already: end it with \`bramble telemetry revoke ${name}\` for a new token`,
    );
  }
  successBody(made);
  ensured(
    await create(collectionPath(bindings), {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: bindingName(name), labels },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    }),
  );
  ensured(
    await create(collectionPath(secrets, namespace), {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/service-account-token",
      metadata: {
        name: secretName(name),
        namespace,
        labels,
        annotations: { "kubernetes.io/service-account.name": name },
      },
    }),
  );
  const token = await tokenOf({ api }, name, io);
  const host = server.slice(0, server.lastIndexOf(":"));
  io.out(`${token}

This token is ${name}'s password, with any user name; it is not shown again. Try it:

    mosquitto_sub -h ${host} -p ${port} --cafile ${caFile} \\
        -u ${name} -P ${token} \\
        -v -t '${telemetryRoot(fleet)}/#'

The fleet's CA is in ${caFile} on every board. End the grant with: bramble telemetry revoke ${name}
`);
}

export async function listTelemetryGrants({ api }: FleetConnection, io: CliSurroundings): Promise<void> {
  const reply = await api.request({
    method: "GET",
    path: collectionPath(accounts, namespace),
    query: { labelSelector: grantLabel },
  });
  const { items } = listSchema.parse(successBody(reply));
  if (items.length === 0) {
    io.err("Nobody has a grant. Give one with: bramble telemetry grant NAME\n");
    return;
  }
  io.out(textTable([["NAME", "SINCE"], ...items.map(({ metadata }) => [metadata.name, metadata.creationTimestamp])]));
}

/** The token ends at once; connections that stand are closed within half a minute. */
export async function revokeTelemetry({ api }: FleetConnection, name: string, io: CliSurroundings): Promise<void> {
  const paths = [
    objectPath(secrets, { namespace, name: secretName(name) }),
    objectPath(bindings, { name: bindingName(name) }),
    objectPath(accounts, { namespace, name }),
  ];
  let found = 0;
  // The account last: while it is there, whatever failed can be tried again.
  for (const path of paths) {
    const reply = await api.request({ method: "DELETE", path });
    if (reply.status === 404) continue;
    successBody(reply);
    found += 1;
  }
  if (found === 0) throw new UsageError(`${name} has no grant: see \`bramble telemetry list\``);
  io.out(`${name} may read no more\n`);
}

async function tokenOf({ api }: Pick<FleetConnection, "api">, name: string, io: CliSurroundings): Promise<string> {
  const path = objectPath(secrets, { namespace, name: secretName(name) });
  const deadlineMs = io.nowMs() + tokenMsMax;
  for (;;) {
    const filled = filledSchema.safeParse(successBody(await api.request({ method: "GET", path }))).data;
    if (filled !== undefined) return Buffer.from(filled.data.token, "base64").toString();
    if (io.nowMs() > deadlineMs) {
      throw new UsageError(
        `the fleet made no token within ${tokenMsMax / 1000} s: see that it has a leader (bramble voters list), then revoke and grant again`,
      );
    }
    await io.pause(askEveryMs);
  }
}

/** What is there already is what a grant that was broken off has left. Throws `ApiError`. */
function ensured(reply: ApiReply): void {
  if (reply.status >= 400 && reply.status !== 409) throw ApiError.fromReply(reply.status, reply.body);
}

function bindingName(name: string): string {
  return `bramble:telemetry:${name}`;
}

function secretName(name: string): string {
  return `${name}-token`;
}
