/** Gives every board a /24 of the pod network that no other board has. */
import type { Node } from "../../api/kinds/node.ts";
import { addressAt, contains, type Prefix, parsePrefix } from "../../lib/ipv4.ts";

export interface CidrAssignment {
  readonly node: Node;
  /** `10.42.7.0/24` */
  readonly podCIDR: string;
}

export interface IpamPlan {
  readonly assign: readonly CidrAssignment[];
  /** Boards for which the network has no range left. */
  readonly exhausted: readonly string[];
}

const boardBits = 24;
const boardAddresses = 256;

/**
 * Cuts /24 ranges from `fleet`. Boards are served in the order of their age. The search begins behind the highest range in use, so that the range of
 * a board just deleted is not given away while others may still route to it.
 */
export function planNodeIpam(fleet: Prefix, nodes: readonly Node[]): IpamPlan {
  const rangeCount = 2 ** (boardBits - fleet.bits);
  const used = new Set(nodes.flatMap((node) => rangeIndex(fleet, node.spec.podCIDR) ?? []));
  const waiting = nodes
    .filter((node) => node.spec.podCIDR === undefined && node.metadata.deletionTimestamp === undefined)
    .sort((a, b) => (age(a) < age(b) ? -1 : 1));
  const assign: CidrAssignment[] = [];
  const exhausted: string[] = [];
  for (const node of waiting) {
    const index = freeIndex(used, rangeCount);
    if (index === undefined) {
      exhausted.push(node.metadata.name);
      continue;
    }
    used.add(index);
    assign.push({ node, podCIDR: `${addressAt(fleet, index * boardAddresses)}/${boardBits}` });
  }
  return { assign, exhausted };
}

function freeIndex(used: ReadonlySet<number>, rangeCount: number): number | undefined {
  const start = Math.max(-1, ...used) + 1;
  for (let step = 0; step < rangeCount; step += 1) {
    const index = (start + step) % rangeCount;
    if (!used.has(index)) return index;
  }
  return undefined;
}

function rangeIndex(fleet: Prefix, podCidr: string | undefined): number | undefined {
  const range = parsePrefix(podCidr ?? "");
  if (range?.bits !== boardBits || !contains(fleet, range)) return undefined;
  return (range.base - fleet.base) / boardAddresses;
}

function age(node: Node): string {
  return `${node.metadata.creationTimestamp ?? ""} ${node.metadata.name}`;
}
