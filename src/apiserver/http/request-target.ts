/** The path and query of a request line, decoded once and refused where they are not plain. */

export interface RequestTarget {
  /** Decoded, without a trailing slash: `/api/v1/namespaces/default/pods/web-0`. */
  readonly path: string;
  /** The first value of each parameter. */
  readonly query: Readonly<Record<string, string>>;
}

/** Undefined where a segment hides a slash, a NUL, a dot segment, or is no UTF-8. */
export function parseRequestTarget(url: string): RequestTarget | undefined {
  const [rawPath = "", ...rawQuery] = url.split("?");
  if (!rawPath.startsWith("/")) return undefined;
  const segments = rawPath.slice(1).replace(/\/$/u, "").split("/").map(decodeSegment);
  if (segments.some((segment) => segment === undefined || !isPlain(segment))) return undefined;
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery.join("?"))) if (!query.has(name)) query.set(name, value);
  return { path: `/${segments.join("/")}`, query: Object.fromEntries(query) };
}

function isPlain(segment: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return segment !== "." && segment !== ".." && !/[/\\\u0000-\u001f\u007f]/u.test(segment);
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
