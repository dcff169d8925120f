/** Which addresses the board's pods have. The labels of the sandboxes are the record: there is no other. */
import { addressAt, parsePrefix } from "../../lib/ipv4.ts";

/** The network's own address and the board's bridge. */
const reservedFirst = 2;
/** The broadcast address. */
const reservedLast = 1;

/**
 * The lowest address of `podCidr` (`10.42.1.0/24`), from `.2` up, that is not in `taken`; undefined when all are taken
 * or when the range cannot be read.
 */
export function freeAddress(podCidr: string, taken: ReadonlySet<string>): string | undefined {
  const prefix = parsePrefix(podCidr);
  if (prefix === undefined) return undefined;
  const size = 2 ** (32 - prefix.bits);
  for (let index = reservedFirst; index < size - reservedLast; index += 1) {
    const address = addressAt(prefix, index);
    if (!taken.has(address)) return address;
  }
  return undefined;
}
