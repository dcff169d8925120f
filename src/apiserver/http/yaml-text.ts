/** YAML from strangers: one document, whose aliases and depth cannot be made into a bomb. */
import { MalformedTextError, parseJsonText } from "./json-text.ts";

/** How often aliases may be expanded; a billion laughs needs thousands. */
const aliasesMax = 100;

/** Throws `MalformedTextError`, whose message names line and column. Loads the parser at its first use. */
export async function parseYamlText(text: string): Promise<unknown> {
  const { LineCounter, parseAllDocuments } = await import("yaml");
  const lineCounter = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      logLevel: "silent",
      resolveKnownTags: false,
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
    return parseJsonText(JSON.stringify(first.toJS({ maxAliasCount: aliasesMax })) ?? "null");
  } catch (thrown) {
    if (thrown instanceof MalformedTextError) throw thrown;
    // Too many aliases (ReferenceError), or nested too deep for the parser's stack (RangeError).
    if (thrown instanceof ReferenceError) throw new MalformedTextError("too many aliases: write the values out");
    if (thrown instanceof RangeError) throw new MalformedTextError("nested too deep");
    if (thrown instanceof TypeError) throw new MalformedTextError("an alias refers to what contains it");
    throw thrown;
  }
}
