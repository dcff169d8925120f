/** Who is in the mesh: decides from the fleet's Nodes which peers a board may have, and says why it refuses others. */
import { contains, overlaps, type Prefix, parseAddress, parsePrefix } from "../../lib/ipv4.ts";

export const publicKeyAnnotation = "bramble.io/wireguard-public-key";
export const endpointAnnotation = "bramble.io/wireguard-endpoint";

/** The parts of a Node that the mesh reads. */
export interface MeshNode {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp?: string | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
  readonly spec?: { readonly podCIDR?: string | undefined } | undefined;
}

/** Equal for equal meshes: everything that `planMesh` reads of the Nodes, as one text. */
export function meshFacts(nodes: readonly MeshNode[]): string {
  const facts = nodes.map(({ metadata: { name, creationTimestamp, annotations }, spec }) =>
    JSON.stringify([
      name,
      creationTimestamp,
      spec?.podCIDR,
      annotations?.[publicKeyAnnotation],
      annotations?.[endpointAnnotation],
    ]),
  );
  return facts.sort().join("\n");
}

export interface MeshPeer {
  readonly node: string;
  readonly publicKey: string;
  /** Undefined for a board that nobody can reach: it calls, we answer. */
  readonly endpoint: string | undefined;
  readonly podCidr: string;
}

export interface Mesh {
  /** The board's own pod prefix, once the control plane has given it one. */
  readonly ownCidr: string | undefined;
  readonly peers: readonly MeshPeer[];
  readonly rejected: readonly { readonly node: string; readonly reason: string }[];
}

export interface MeshRequest {
  readonly self: string;
  readonly ownPublicKey: string;
  /** `10.42.0.0/16`: where every pod prefix must lie. */
  readonly fleetCidr: string;
  readonly nodes: readonly MeshNode[];
}

/**
 * Peers in order of node name. A Node that has no prefix or no key yet is left out silently; one whose prefix lies
 * outside the fleet's, or overlaps another's, is rejected. Of two claims the board's own wins, then the older Node's.
 */
export function planMesh({ self, ownPublicKey, fleetCidr, nodes }: MeshRequest): Mesh {
  const own = nodes.find((node) => node.metadata.name === self);
  const ownPrefix = podPrefix(own, fleetCidr);
  const rejected: { node: string; reason: string }[] = [];
  if (own?.spec?.podCIDR !== undefined && typeof ownPrefix === "string")
    rejected.push({ node: self, reason: ownPrefix });

  const claims = new Map<string, Prefix>();
  if (typeof ownPrefix === "object") claims.set(self, ownPrefix);
  const keys = new Map([[ownPublicKey, self]]);
  const peers: MeshPeer[] = [];
  for (const node of nodes.filter((each) => each !== own).sort(byAge)) {
    const candidate = candidateOf(node, fleetCidr);
    if (candidate === undefined) continue;
    const { name } = node.metadata;
    const reason = typeof candidate === "string" ? candidate : objection(candidate, claims, keys);
    if (reason !== undefined || typeof candidate === "string") {
      rejected.push({ node: name, reason: reason ?? "" });
      continue;
    }
    claims.set(name, candidate.prefix);
    keys.set(candidate.peer.publicKey, name);
    peers.push(candidate.peer);
  }
  return {
    ownCidr: typeof ownPrefix === "object" ? own?.spec?.podCIDR : undefined,
    peers: peers.sort((a, b) => (a.node < b.node ? -1 : 1)),
    rejected,
  };
}

interface Candidate {
  readonly peer: MeshPeer;
  readonly prefix: Prefix;
}

/** A candidate, the reason why it can be none, or undefined while its Node is still being filled in. */
function candidateOf(node: MeshNode, fleetCidr: string): Candidate | string | undefined {
  const { name, annotations } = node.metadata;
  const publicKey = annotations?.[publicKeyAnnotation];
  const podCidr = node.spec?.podCIDR;
  if (publicKey === undefined || podCidr === undefined) return undefined;
  const prefix = podPrefix(node, fleetCidr);
  if (typeof prefix === "string") return prefix;
  if (!/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(publicKey)) return "its WireGuard key is malformed";
  const endpoint = annotations?.[endpointAnnotation];
  if (endpoint !== undefined && !isEndpoint(endpoint)) return `its endpoint ${JSON.stringify(endpoint)} is malformed`;
  return { peer: { node: name, publicKey, endpoint, podCidr }, prefix };
}

function objection(candidate: Candidate, claims: Map<string, Prefix>, keys: Map<string, string>): string | undefined {
  const keyHolder = keys.get(candidate.peer.publicKey);
  if (keyHolder !== undefined) return `its WireGuard key is ${keyHolder}'s`;
  for (const [holder, claimed] of claims) {
    if (overlaps(claimed, candidate.prefix)) return `its pod prefix ${candidate.peer.podCidr} overlaps ${holder}'s`;
  }
  return undefined;
}

function podPrefix(node: MeshNode | undefined, fleetCidr: string): Prefix | string {
  const text = node?.spec?.podCIDR;
  const fleet = parsePrefix(fleetCidr);
  if (text === undefined || fleet === undefined) return "it has no pod prefix";
  const prefix = parsePrefix(text);
  if (prefix === undefined || prefix.bits > 30) return `its pod prefix ${JSON.stringify(text)} is malformed`;
  return contains(fleet, prefix) ? prefix : `its pod prefix ${text} lies outside ${fleetCidr}`;
}

function isEndpoint(text: string): boolean {
  const match = /^([\d.]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  return parseAddress(match?.[1] ?? "") !== undefined && port > 0 && port < 65536;
}

function byAge(a: MeshNode, b: MeshNode): number {
  const [aged, bged] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp ?? "~"} ${metadata.name}`);
  return (aged ?? "") < (bged ?? "") ? -1 : 1;
}
