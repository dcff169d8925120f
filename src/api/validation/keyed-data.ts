/** What is wrong with the content of ConfigMaps and Secrets. */
import { base64ByteLength, isBase64 } from "../meta/base64.ts";
import { type Cause, forbidden, invalid, tooLong } from "./cause.ts";
import { configKey } from "./names.ts";
import { immutable } from "./object-meta.ts";

type Content = Readonly<Record<string, string>> | undefined;

/** Kubernetes' limit; a larger object belongs into a volume. */
const bytesMax = 1024 * 1024;

export function keyCount(...contents: readonly Content[]): number {
  return contents.reduce((total, content) => total + Object.keys(content ?? {}).length, 0);
}

export function validateKeys(content: Content, path: string): Cause[] {
  return Object.keys(content ?? {}).flatMap((key) => {
    const wrong = configKey(key);
    return wrong === undefined ? [] : [invalid(`${path}[${key}]`, key, wrong)];
  });
}

/** Keys and values of a map of bytes. */
export function validateBase64(content: Content, path: string): Cause[] {
  const causes = validateKeys(content, path);
  for (const [key, value] of Object.entries(content ?? {}))
    if (!isBase64(value)) causes.push(invalid(`${path}[${key}]`, "…", "must be base64"));
  return causes;
}

/** What the texts and the bytes weigh together. */
export function validateSize(texts: Content, bytes: Content, path: string): Cause[] {
  let size = 0;
  for (const value of Object.values(texts ?? {})) size += value.length;
  for (const value of Object.values(bytes ?? {})) size += base64ByteLength(value);
  return size > bytesMax ? [tooLong(path, bytesMax)] : [];
}

/** Content that was declared immutable stays, and stays immutable. */
export function validateImmutable<Field extends string>(
  next: { readonly [field in Field | "immutable"]?: unknown },
  current: { readonly [field in Field | "immutable"]?: unknown },
  fields: readonly Field[],
): Cause[] {
  if (current.immutable !== true) return [];
  const causes: Cause[] = [];
  if (next.immutable !== true) causes.push(forbidden("immutable", "field is immutable when `immutable` is set"));
  for (const field of fields)
    if (immutable(field, next[field], current[field]).length > 0)
      causes.push(forbidden(field, "field is immutable when `immutable` is set"));
  return causes;
}
