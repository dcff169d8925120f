/** Selectors over a few fields of each kind: `status.phase!=Failed,spec.nodeName=b1`. */

export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly isEqual: boolean;
}

export type ParsedFieldSelector =
  | { readonly ok: true; readonly terms: readonly FieldTerm[] }
  | { readonly ok: false; readonly message: string };

/**
 * Reads a selector over `known` fields. Linear in the length of `text`; a backslash takes the meaning from `,`, `=` and
 * itself.
 */
export function parseFieldSelector(text: string, known: readonly string[]): ParsedFieldSelector {
  const terms: FieldTerm[] = [];
  for (const part of splitUnescaped(text)) {
    if (part === "") continue;
    const term = parseTerm(part);
    if (term === undefined)
      return { ok: false, message: `invalid field selector "${part}": must be "field=value" or "field!=value"` };
    if (!known.includes(term.field))
      return { ok: false, message: `field label not supported: ${term.field}; supported: ${known.join(", ")}` };
    terms.push(term);
  }
  return { ok: true, terms };
}

/** Whether every term holds of an object's `selectableFields`. */
export function matchesFields(terms: readonly FieldTerm[], fields: ReadonlyMap<string, string>): boolean {
  return terms.every(({ field, value, isEqual }) => ((fields.get(field) ?? "") === value) === isEqual);
}

function splitUnescaped(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === ",") {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function parseTerm(part: string): FieldTerm | undefined {
  const operator = /!=|==|=/.exec(part);
  if (operator === null) return undefined;
  const value = unescaped(part.slice(operator.index + operator[0].length));
  if (value === undefined) return undefined;
  return { field: part.slice(0, operator.index).trim(), value, isEqual: operator[0] !== "!=" };
}

function unescaped(text: string): string | undefined {
  let value = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "=") return undefined;
    if (character === "\\") at += 1;
    value += character === "\\" ? text.charAt(at) : character;
  }
  return value;
}
