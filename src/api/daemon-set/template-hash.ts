import { canonicalJson } from "../../lib/canonical-json.ts";
import { fnv1a } from "../../lib/fnv.ts";
import type { DaemonSet } from "../kinds/daemon-set.ts";

export const hashLabel = "controller-revision-hash";

/** No vowels and no digits that look like them, so that no hash spells a word. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** Names the template as a label's value: pods with this hash were made from it. */
export function templateHash(set: DaemonSet): string {
  return Array.from(String(fnv1a(canonicalJson(set.spec.template))), (digit) => alphabet[Number(digit)] ?? "").join("");
}
