import type { NetworkInterfaceInfo } from "node:os";
import { UsageError } from "../../lib/errors.ts";

export type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, "address" | "family" | "internal">[] | undefined>
>;

/** Interfaces that lead to containers or tunnels of this board, and to no other board. */
const inward = /^(lo|docker|br-|veth|virbr|cni|bramble|wg|tun|tap)/;

/**
 * The address by which other boards reach this one, where only one comes into question.
 * Throws `UsageError` that asks for `--address` where none does, or several.
 */
export function ownAddress(interfaces: Interfaces): string {
  const candidates = Object.entries(interfaces)
    .filter(([name]) => !inward.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ family, internal, address }) => family === "IPv4" && !internal && !address.startsWith("169.254."))
    .map(({ address }) => address);
  const [address, ...others] = new Set(candidates);
  if (address === undefined) {
    throw new UsageError(
      "this board has no IPv4 address that others could reach: connect it, or give one with --address",
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `this board has several addresses (${[address, ...others].join(", ")}): choose the one that other boards reach with --address`,
    );
  }
  return address;
}
