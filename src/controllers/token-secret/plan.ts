/**
 * Secrets of the type `kubernetes.io/service-account-token`: a token that does not end by itself, for programs that
 * cannot ask for another. It ends with the Secret, or with the account.
 */
import type { Secret } from "../../api/kinds/secret.ts";
import type { ServiceAccount } from "../../api/kinds/service-account.ts";
import { base64OfText } from "../../api/meta/base64.ts";

export type TokenSecretStep =
  | { readonly step: "none" }
  /** Its account is gone, or is another one by now. */
  | { readonly step: "remove" }
  /** `secret` lacks its token, where `needsToken`, and is complete but for that. */
  | { readonly step: "fill"; readonly secret: Secret; readonly needsToken: boolean };

const tokenSecretType = "kubernetes.io/service-account-token";
const nameAnnotation = "kubernetes.io/service-account.name";
const uidAnnotation = "kubernetes.io/service-account.uid";

/** The account that the Secret is to hold a token of; undefined for any other Secret. */
export function accountNameOf({ type, metadata }: Secret): string | undefined {
  return type === tokenSecretType ? metadata.annotations?.[nameAnnotation] : undefined;
}

/** Pure. */
export function planTokenSecret(secret: Secret, account: ServiceAccount | undefined, caPem: string): TokenSecretStep {
  const { metadata, data } = secret;
  if (accountNameOf(secret) === undefined || metadata.deletionTimestamp !== undefined) return { step: "none" };
  const knownUid = metadata.annotations?.[uidAnnotation];
  const uid = account?.metadata.uid;
  if (uid === undefined || (knownUid !== undefined && knownUid !== uid)) return { step: "remove" };
  const known = { "ca.crt": base64OfText(caPem), namespace: base64OfText(metadata.namespace ?? "") };
  const isComplete = Object.entries(known).every(([key, value]) => data?.[key] === value);
  const needsToken = (data?.["token"] ?? "") === "";
  if (isComplete && !needsToken && knownUid === uid) return { step: "none" };
  const annotations = { ...metadata.annotations, [uidAnnotation]: uid };
  return {
    step: "fill",
    needsToken,
    secret: { ...secret, metadata: { ...metadata, annotations }, data: { ...data, ...known } },
  };
}
