import { canonicalJson } from "../../lib/canonical-json.ts";
import { fnv1a } from "../../lib/fnv.ts";

/**
 * A `resourceVersion` made from content alone: every voter derives the same one, and what a board need not know of
 * does not change it. 64 bits, which no two versions of one object share by chance.
 */
export function contentVersion(content: unknown): string {
  const text = canonicalJson(content);
  const halves = [fnv1a(text), fnv1a(`${text.length} ${text}`)];
  return halves.map((half) => half.toString(16).padStart(8, "0")).join("");
}
