/** The fleet's key that signs the tokens of ServiceAccounts: in the store, so that every voter signs and checks alike. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, type JWK } from "jose";
import { ApiError } from "../../api/api-error.ts";
import type { ReplicatedStore } from "../../replication/ports.ts";
import { revision } from "../../store/types.ts";

/** Outside `/registry/`, so no API request reaches it. */
const serviceAccountKeyKey = "/bramble/service-account-key";

const retrySeconds = 1;

export interface ServiceAccountKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Names the key in the tokens that it has signed (RFC 7638). */
  readonly keyId: string;
  /** The public half, as `/openid/v1/jwks` shows it. */
  readonly jwk: JWK;
}

/** Makes the key of a fleet that has none yet; to be called by whoever leads. Throws what the store throws. */
export async function ensureServiceAccountKey(
  store: Pick<ReplicatedStore, "reader" | "readBarrier" | "transact">,
): Promise<void> {
  await store.readBarrier();
  if ((await store.reader.get(serviceAccountKeyKey)) !== undefined) return;
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const value = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  // A conflict is another leader's key, which is as good.
  await store.transact({
    compares: [{ key: serviceAccountKeyKey, modRevision: revision(0) }],
    mutations: [{ type: "put", key: serviceAccountKeyKey, value }],
  });
}

/** Reads the key as it is in the store now. */
export class ServiceAccountKeys {
  readonly #store: Pick<ReplicatedStore, "reader">;
  #known: { readonly pem: string; readonly key: ServiceAccountKey } | undefined;

  constructor(store: Pick<ReplicatedStore, "reader">) {
    this.#store = store;
  }

  /** Throws `ApiError` (503) where the fleet has none yet. */
  async current(): Promise<ServiceAccountKey> {
    const stored = await this.#store.reader.get(serviceAccountKeyKey);
    if (stored === undefined) {
      throw ApiError.serviceUnavailable("the fleet's key for tokens is not there yet; try again", retrySeconds);
    }
    if (this.#known?.pem !== stored.value) this.#known = { pem: stored.value, key: await openKey(stored.value) };
    return this.#known.key;
  }
}

async function openKey(pem: string): Promise<ServiceAccountKey> {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const jwk = await exportJWK(publicKey);
  const keyId = await calculateJwkThumbprint(jwk);
  return { privateKey, publicKey, keyId, jwk: { use: "sig", kid: keyId, alg: "ES256", ...jwk } };
}
