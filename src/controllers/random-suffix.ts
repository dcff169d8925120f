import type { Random } from "../lib/random.ts";

const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** Five characters that make a name unlikely to be taken and spell no word. */
export function randomSuffix(random: Random): string {
  return Array.from({ length: 5 }, () => alphabet[random.below(alphabet.length)] ?? "").join("");
}
