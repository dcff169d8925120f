/** The file that lets `kubectl`, and `bramble token`, into the fleet as its administrator. */
import { parse } from "yaml";
import { z } from "zod";
import { messageOf, UsageError } from "../../lib/errors.ts";

interface Place {
  readonly fleet: string;
  /** `https://10.99.0.1:6443` */
  readonly server: string;
  readonly caPem: string;
}

export interface Administrator extends Place {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Whom a kubeconfig's current context speaks for: by certificate, by token, or by both. */
export interface KubeconfigUser extends Place {
  readonly certificatePem?: string;
  readonly keyPem?: string;
  readonly token?: string;
  /** Meant where a command names none. */
  readonly namespace?: string;
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
      user: z.object({
        "client-certificate-data": base64.optional(),
        "client-key-data": base64.optional(),
        token: z.string().min(1).optional(),
      }),
    }),
  ),
  contexts: z.array(
    z.object({
      name: z.string(),
      context: z.object({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }),
    }),
  ),
  "current-context": z.string(),
});

/** What the file's current context says; throws `UsageError` naming `path` where it lacks what is needed inline. */
export function readKubeconfig(text: string, path: string): KubeconfigUser {
  const config = parseConfig(text, path);
  const context = config.contexts.find(({ name }) => name === config["current-context"])?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster);
  const user = config.users.find(({ name }) => name === context?.user)?.user;
  if (cluster === undefined || user === undefined) {
    throw new UsageError(
      `${path} has no cluster and user for its current context: print a fresh one with bramble kubeconfig`,
    );
  }
  const { "client-certificate-data": certificate, "client-key-data": key, token } = user;
  if (token === undefined && (certificate === undefined || key === undefined)) {
    throw new UsageError(`${path} has neither a certificate with its key nor a token: add one of them to its user`);
  }
  return {
    fleet: cluster.name,
    server: cluster.cluster.server,
    caPem: fromBase64(cluster.cluster["certificate-authority-data"]),
    ...(certificate !== undefined && { certificatePem: fromBase64(certificate) }),
    ...(key !== undefined && { keyPem: fromBase64(key) }),
    ...(token !== undefined && { token }),
    ...(context?.namespace !== undefined && { namespace: context.namespace }),
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
