/** Gives every board a /24 of the pod network that no other board has. */
import type { Node } from "../../api/kinds/node.ts";

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

const rangeCount = 256;

/**
 * Boards are served in the order of their age. The search begins behind the highest range in use, so that the range of
 * a board just deleted is not given away while others may still route to it.
 */
export function planNodeIpam(nodes: readonly Node[]): IpamPlan {
  const used = new Set(nodes.flatMap((node) => rangeIndex(node.spec.podCIDR) ?? []));
  const waiting = nodes
    .filter((node) => node.spec.podCIDR === undefined && node.metadata.deletionTimestamp === undefined)
    .sort((a, b) => (age(a) < age(b) ? -1 : 1));
  const assign: CidrAssignment[] = [];
  const exhausted: string[] = [];
  for (const node of waiting) {
    const index = freeIndex(used);
    if (index === undefined) {
      exhausted.push(node.metadata.name);
      continue;
    }
    used.add(index);
    assign.push({ node, podCIDR: `10.42.${index}.0/24` });
  }
  return { assign, exhausted };
}

function freeIndex(used: ReadonlySet<number>): number | undefined {
  const start = Math.max(-1, ...used) + 1;
  for (let step = 0; step < rangeCount; step += 1) {
    const index = (start + step) % rangeCount;
    if (!used.has(index)) return index;
  }
  return undefined;
}

function rangeIndex(podCidr: string | undefined): number | undefined {
  const match = /^10\.42\.(\d{1,3})\.0\/24$/.exec(podCidr ?? "");
  return match === null ? undefined : Number(match[1]);
}

function age(node: Node): string {
  return `${node.metadata.creationTimestamp ?? ""} ${node.metadata.name}`;
}
