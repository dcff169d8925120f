/** The texts of the files that every container of a pod finds in /etc. */
import type { Pod } from "../../api/kinds/pod.ts";

const resolvConfNameserversMax = 3;

/** The pod's host name: `spec.hostname`, else the pod's name cut to what a host name may hold. */
export function podHostname(pod: Pod): string {
  return pod.spec.hostname ?? pod.metadata.name.slice(0, 63).replace(/[-.]+$/, "");
}

/** `/etc/hosts`: loopback, the pod's own name, and its `hostAliases`. */
export function hostsFile(pod: Pod, address: string | undefined, clusterDomain: string): string {
  const lines = [
    "# Written by Bramble for this pod.",
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "ff02::1\tip6-allnodes",
    "ff02::2\tip6-allrouters",
  ];
  const hostname = podHostname(pod);
  const { subdomain } = pod.spec;
  const full = subdomain && `${hostname}.${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}`;
  if (address !== undefined) lines.push([address, ...(full ? [full] : []), hostname].join("\t"));
  for (const { ip, hostnames = [] } of pod.spec.hostAliases ?? []) lines.push([ip, ...hostnames].join("\t"));
  return `${lines.join("\n")}\n`;
}

export interface NameResolution {
  /** Where the fleet's names are answered; undefined where nobody answers them yet. */
  readonly clusterDns: string | undefined;
  readonly clusterDomain: string;
  /** The board's own `/etc/resolv.conf`. */
  readonly boardResolvConf: string;
}

interface Resolver {
  nameservers: string[];
  searches: string[];
  options: string[];
}

/** `/etc/resolv.conf` as `spec.dnsPolicy` and `spec.dnsConfig` ask for it. */
export function resolvConf(pod: Pod, resolution: NameResolution): string {
  const { dnsPolicy, dnsConfig, hostNetwork } = pod.spec;
  const asksCluster = dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && hostNetwork !== true);
  const board = parseResolvConf(resolution.boardResolvConf);
  let resolver: Resolver = board;
  if (dnsPolicy === "None") resolver = { nameservers: [], searches: [], options: [] };
  else if (asksCluster && resolution.clusterDns !== undefined) {
    const domain = resolution.clusterDomain;
    resolver = {
      nameservers: [resolution.clusterDns],
      searches: [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain, ...board.searches],
      options: ["ndots:5"],
    };
  }
  const options = (dnsConfig?.options ?? []).map(({ name, value }) => (value ? `${name}:${value}` : `${name}`));
  const nameservers = [...new Set([...resolver.nameservers, ...(dnsConfig?.nameservers ?? [])])];
  const searches = [...new Set([...resolver.searches, ...(dnsConfig?.searches ?? [])])];
  const lines = nameservers.slice(0, resolvConfNameserversMax).map((server) => `nameserver ${server}`);
  if (searches.length > 0) lines.push(`search ${searches.join(" ")}`);
  const allOptions = withoutOverridden([...resolver.options, ...options]);
  if (allOptions.length > 0) lines.push(`options ${allOptions.join(" ")}`);
  return `${lines.join("\n")}\n`;
}

/** A later `ndots:2` takes the place of an earlier `ndots:5`. */
function withoutOverridden(options: readonly string[]): string[] {
  return [...new Map(options.map((option) => [option.split(":")[0], option])).values()];
}

function parseResolvConf(text: string): Resolver {
  const resolver: Resolver = { nameservers: [], searches: [], options: [] };
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === "nameserver") resolver.nameservers.push(...values.slice(0, 1));
    else if (keyword === "search" || keyword === "domain") resolver.searches = values;
    else if (keyword === "options") resolver.options.push(...values);
  }
  return resolver;
}
