import { randomBytes, randomInt } from "node:crypto";
import type { Random } from "../../lib/random.ts";

/** Chance that nobody can foretell, for what must not be guessed. */
export const secureRandom: Random = {
  next: () => randomInt(2 ** 47) / 2 ** 47,
  below: (bound) => randomInt(bound),
};

/** `bytes` random bytes as hex. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
