/** YAML from strangers: one document, whose size, aliases and depth cannot be made into a bomb. */
import type { Document, LineCounter } from "yaml";
import type { DuplicateField } from "../../api/exchange.ts";
import { MalformedTextError, parseJsonText } from "./json-text.ts";

/** How often aliases may be expanded; a billion laughs needs thousands. */
const aliasesMax = 100;
/** Some thousand fields. Each takes kilobytes and microseconds by the dozen; who has more to say can say it in JSON. */
const tokensMax = 25_000;
/** As many repeated keys as Kubernetes names. */
const faultsMax = 100;

/** Of a key that is there twice the last counts, as in JSON. */
export interface YamlBody {
  readonly body: unknown;
  readonly duplicateFields: readonly DuplicateField[];
}

/** Throws `MalformedTextError`, whose message names line and column. Loads the parser at its first use. */
export async function parseYamlText(text: string): Promise<YamlBody> {
  const yaml = await import("yaml");
  const { Lexer, LineCounter, parseAllDocuments } = yaml;
  if (
    new Lexer()
      .lex(text)
      .take(tokensMax + 1)
      .reduce((count) => count + 1, 0) > tokensMax
  )
    throw new MalformedTextError(`more than ${tokensMax} words and signs of YAML: send it as JSON`);
  const lineCounter = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      logLevel: "silent",
      resolveKnownTags: false,
      uniqueKeys: false,
    });
    const [first, second] = "empty" in documents ? [] : documents;
    if (first === undefined) throw new MalformedTextError("the body is empty");
    if (second !== undefined) throw new MalformedTextError("more than one document: send them one by one");
    const [error] = first.errors;
    if (error !== undefined) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      throw new MalformedTextError(`${error.message} (line ${line} column ${col})`);
    }
    // Through JSON, so that nothing but JSON's values (no shared or typed ones) and JSON's bounds get past here.
    const body = parseJsonText(JSON.stringify(first.toJS({ maxAliasCount: aliasesMax })) ?? "null");
    return { body, duplicateFields: repeatedKeys(yaml, first, lineCounter) };
  } catch (thrown) {
    if (thrown instanceof MalformedTextError) throw thrown;
    // Too many aliases (ReferenceError), or nested too deep for the parser's stack (RangeError).
    if (thrown instanceof ReferenceError) throw new MalformedTextError("too many aliases: write the values out");
    if (thrown instanceof RangeError) throw new MalformedTextError("nested too deep");
    if (thrown instanceof TypeError) throw new MalformedTextError("an alias refers to what contains it");
    throw thrown;
  }
}

function repeatedKeys(
  { visit, isScalar }: typeof import("yaml"),
  document: Document.Parsed,
  lineCounter: LineCounter,
): DuplicateField[] {
  const found: DuplicateField[] = [];
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (names.has(name) && found.length < faultsMax) {
          const { line } = lineCounter.linePos(key.range?.[0] ?? 0);
          found.push({ message: `line ${line}: key ${JSON.stringify(name)} already set in map` });
        }
        names.add(name);
      }
    },
  });
  return found;
}
