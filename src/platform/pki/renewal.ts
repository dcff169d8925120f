/** When a board asks for its next certificate. */
import { fnv1a } from "../../lib/fnv.ts";
import { boardDays } from "./validity.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** The last third of its life is for trying: a board may be away for months. */
const remainingDays = boardDays / 3;
/** Boards that joined on one day need not ask on one day. */
const spreadDays = 20;

/**
 * Milliseconds since 1970. Counted from the certificate's end, because all begin in 1970; earlier by up to 20 days, the
 * same for a board each time.
 */
export function renewalDueMs(endMs: number, node: string): number {
  const share = fnv1a(node) / 2 ** 32;
  return endMs - (remainingDays + share * spreadDays) * dayMs;
}
