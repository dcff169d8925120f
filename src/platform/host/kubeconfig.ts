/** The file that lets `kubectl`, and `bramble token`, into the fleet as its administrator. */
import { parse } from "yaml";
import { z } from "zod";
import { messageOf, UsageError } from "../../lib/errors.ts";

export interface Administrator {
  readonly fleet: string;
  /** `https://10.99.0.1:6443` */
  readonly server: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

export function writeKubeconfig({ fleet, server, caPem, certificatePem, keyPem }: Administrator): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${fleet}
    cluster:
      server: ${server}
      certificate-authority-data: ${toBase64(caPem)}
users:
  - name: admin
    user:
      client-certificate-data: ${toBase64(certificatePem)}
      client-key-data: ${toBase64(keyPem)}
contexts:
  - name: admin@${fleet}
    context:
      cluster: ${fleet}
      user: admin
current-context: admin@${fleet}
`;
}

const base64 = z.base64().min(1);
const kubeconfigSchema = z.object({
  clusters: z.array(
    z.object({ name: z.string(), cluster: z.object({ server: z.url(), "certificate-authority-data": base64 }) }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({ "client-certificate-data": base64, "client-key-data": base64 }),
    }),
  ),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })),
  "current-context": z.string(),
});

/** What the file's current context says; throws `UsageError` naming `path` where it lacks certificates inline. */
export function readKubeconfig(text: string, path: string): Administrator {
  const config = parseConfig(text, path);
  const context = config.contexts.find(({ name }) => name === config["current-context"])?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster);
  const user = config.users.find(({ name }) => name === context?.user)?.user;
  if (cluster === undefined || user === undefined) {
    throw new UsageError(
      `${path} has no cluster and user for its current context: print a fresh one with bramble kubeconfig`,
    );
  }
  return {
    fleet: cluster.name,
    server: cluster.cluster.server,
    caPem: fromBase64(cluster.cluster["certificate-authority-data"]),
    certificatePem: fromBase64(user["client-certificate-data"]),
    keyPem: fromBase64(user["client-key-data"]),
  };
}

function parseConfig(text: string, path: string) {
  try {
    return kubeconfigSchema.parse(parse(text));
  } catch (cause) {
    const detail = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll("\n", " ") : messageOf(cause);
    throw new UsageError(`${path} is not a kubeconfig that bramble wrote (${detail})`, { cause });
  }
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString();
}
