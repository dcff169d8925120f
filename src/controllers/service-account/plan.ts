/** What every namespace has for its pods: a default service account, and the certificate to know the API server by. */
import type { ConfigMap } from "../../api/kinds/config-map.ts";
import type { Namespace } from "../../api/kinds/namespace.ts";
import type { ServiceAccount } from "../../api/kinds/service-account.ts";

export const defaultAccountName = "default";
export const rootCaName = "kube-root-ca.crt";

export interface NamespaceAccess {
  readonly namespace: Namespace | undefined;
  readonly account: ServiceAccount | undefined;
  readonly rootCa: ConfigMap | undefined;
}

export type AccessStep =
  | { readonly type: "createAccount"; readonly account: ServiceAccount }
  | { readonly type: "createRootCa"; readonly rootCa: ConfigMap }
  | { readonly type: "replaceRootCa"; readonly rootCa: ConfigMap };

/** Nothing for a namespace that ends. `caPem` is the fleet's certificate. */
export function planAccess({ namespace, account, rootCa }: NamespaceAccess, caPem: string): readonly AccessStep[] {
  if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return [];
  const steps: AccessStep[] = [];
  const { name } = namespace.metadata;
  if (account === undefined) {
    const metadata = { name: defaultAccountName, namespace: name };
    steps.push({ type: "createAccount", account: { apiVersion: "v1", kind: "ServiceAccount", metadata } });
  }
  // Voters keep the same certificate with other white space around it: a new leader must not write it anew for that.
  const certificate = `${caPem.trim()}\n`;
  const data = { "ca.crt": certificate };
  if (rootCa === undefined) {
    const metadata = { name: rootCaName, namespace: name, annotations: { "kubernetes.io/description": description } };
    steps.push({ type: "createRootCa", rootCa: { apiVersion: "v1", kind: "ConfigMap", metadata, data } });
  } else if (rootCa.data?.["ca.crt"] !== certificate || Object.keys(rootCa.data).length !== 1) {
    steps.push({ type: "replaceRootCa", rootCa: { ...rootCa, data } });
  }
  return steps;
}

const description = "The certificate authority that vouches for the API server; pods find it beside their token.";
