/** What objects of a kind have beside themselves: the last segment of their paths, as discovery lists it. */
import type { Verb } from "./resource.ts";

interface SubresourceEntry {
  readonly verbs: readonly Verb[];
  /** What is sent or answered; the resource's own kind where absent. */
  readonly kind?: string;
  /** Of that kind, where it is none of the resource's own group and version. */
  readonly group?: string;
  readonly version?: string;
}

const streamVerbs: readonly Verb[] = ["create", "get"];
const statusVerbs: readonly Verb[] = ["get", "patch", "update"];

const subresourceEntries = {
  approval: { verbs: statusVerbs },
  attach: { verbs: streamVerbs, kind: "PodAttachOptions" },
  binding: { verbs: ["create"], kind: "Binding" },
  ephemeralcontainers: { verbs: statusVerbs },
  eviction: { verbs: ["create"], kind: "Eviction", group: "policy", version: "v1" },
  exec: { verbs: streamVerbs, kind: "PodExecOptions" },
  finalize: { verbs: ["update"] },
  log: { verbs: ["get"] },
  portforward: { verbs: streamVerbs, kind: "PodPortForwardOptions" },
  proxy: { verbs: ["create", "delete", "get", "patch", "update"] },
  scale: { verbs: statusVerbs, kind: "Scale", group: "autoscaling", version: "v1" },
  status: { verbs: statusVerbs },
  token: { verbs: ["create"], kind: "TokenRequest", group: "authentication.k8s.io", version: "v1" },
} as const satisfies Readonly<Record<string, SubresourceEntry>>;

export type Subresource = keyof typeof subresourceEntries;

export function subresourceEntry(subresource: Subresource, ownKind: string): SubresourceEntry & { kind: string } {
  const entry: SubresourceEntry = subresourceEntries[subresource];
  // NodeProxyOptions, PodProxyOptions, ServiceProxyOptions
  const kind = subresource === "proxy" ? `${ownKind}ProxyOptions` : (entry.kind ?? ownKind);
  return { ...entry, kind };
}
