/** JSON from strangers: bounded in depth before it is parsed, and told where it goes wrong when it does. */

const depthMax = 100;

/** A body that is not what it claims to be; the message says where. */
export class MalformedTextError extends Error {
  override readonly name = "MalformedTextError";
}

/** Throws `MalformedTextError`, whose message names line and column. */
export function parseJsonText(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : "";
    // V8 names the position in most of its messages, but not in all.
    if (/\(line \d+ column \d+\)$/u.test(said)) throw new MalformedTextError(said);
    const offset = /^Unexpected token/u.test(said) ? offsetOfUnexpectedToken(text) : text.length;
    throw new MalformedTextError(`${said.replace(/, .*$/su, "")} (${describeOffset(text, offset)})`);
  }
}

/** What walks over parsed values recursively may rely on this bound. */
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const character = text[offset];
    if (character === '"') inString = !inString;
    else if (inString) offset += character === "\\" ? 1 : 0;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth > depthMax) {
      throw new MalformedTextError(`nested more than ${depthMax} levels deep (${describeOffset(text, offset)})`);
    }
  }
}

/** Bisects for the shortest prefix that is refused for more than being incomplete; it ends with the culprit. */
function offsetOfUnexpectedToken(text: string): number {
  let incomplete = 0;
  let refused = text.length;
  while (refused - incomplete > 1) {
    const middle = Math.floor((incomplete + refused) / 2);
    if (hasUnexpectedToken(text.slice(0, middle))) refused = middle;
    else incomplete = middle;
  }
  return refused - 1;
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (thrown) {
    return thrown instanceof Error && thrown.message.startsWith("Unexpected token");
  }
}

function describeOffset(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `line ${before.split("\n").length} column ${offset - before.lastIndexOf("\n")}`;
}
