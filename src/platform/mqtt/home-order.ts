import { createHash } from "node:crypto";

/**
 * The voters in the order in which `node` tries them: its own first when the board is a voter itself, then by highest
 * random weight (Thaler and Ravishankar, 1998), so that boards spread evenly and few move when a voter comes or goes.
 */
export function homeOrder(node: string, voters: readonly string[], own?: string): readonly string[] {
  const weigh = (address: string) => createHash("sha256").update(`${node}\n${address}`).digest("hex");
  const byWeight = [...new Set(voters)]
    .map((address) => ({ address, weight: address === own ? "g" : weigh(address) }))
    .sort((one, other) => (one.weight < other.weight ? 1 : -1));
  return byWeight.map(({ address }) => address);
}
