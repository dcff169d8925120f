/** How a token is kept in the fleet: a Secret of the type that Kubernetes gives to bootstrap tokens. */
import { type Secret, secretSchema } from "../api/kinds/secret.ts";
import type { TokenCredential } from "../lib/join-token.ts";

export const tokenNamespace = "kube-system";
export const tokenSecretType = "bootstrap.kubernetes.io/token";
const namePrefix = "bootstrap-token-";

export interface TokenTerms {
  readonly expiresMs: number;
  /** Whether the board may become a voter. */
  readonly voter: boolean;
  readonly description: string;
}

export interface KeptToken {
  readonly id: string;
  /** RFC 3339; absent where it never expires. */
  readonly expiration?: string;
  readonly voter: boolean;
  readonly description: string;
}

export function tokenSecretName(id: string): string {
  return `${namePrefix}${id}`;
}

export function tokenSecret({ id, secret }: TokenCredential, { expiresMs, voter, description }: TokenTerms): Secret {
  const data = {
    "token-id": id,
    "token-secret": secret,
    expiration: new Date(expiresMs).toISOString().replace(/\.\d+Z$/, "Z"),
    "usage-bramble-board": "true",
    ...(voter ? { "usage-bramble-voter": "true" } : {}),
    ...(description === "" ? {} : { description }),
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: tokenSecretName(id), namespace: tokenNamespace },
    type: tokenSecretType,
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
  };
}

/** The token that a Secret holds; undefined for other Secrets. */
export function readTokenSecret(object: unknown): KeptToken | undefined {
  const parsed = secretSchema.safeParse(object);
  if (!parsed.success || parsed.data.type !== tokenSecretType) return undefined;
  const text = (key: string) => Buffer.from(parsed.data.data?.[key] ?? "", "base64").toString();
  const id = text("token-id");
  if (id === "") return undefined;
  const expiration = text("expiration");
  return {
    id,
    ...(expiration === "" ? {} : { expiration }),
    voter: text("usage-bramble-voter") === "true",
    description: text("description"),
  };
}
