/** JSON from strangers: bounded in depth and values before it is parsed, and told where it goes wrong when it does. */
import { endOfString } from "./end-of-string.ts";

const depthMax = 100;
/** Until it is stored, a value costs 25 µs and a kilobyte, however short it is; the largest definitions known have 22,000. */
const objectValuesMax = 32_000;
/** The 10,000 operations that a JSON patch may have, which become no object by themselves. */
export const patchValuesMax = 50_000;
/** Whoever sends more than this is told what is wrong, and has to find out where by himself. */
const searchedCharactersMax = 256 * 1024;

/** A body that is not what it claims to be; the message says where. */
export class MalformedTextError extends Error {
  override readonly name = "MalformedTextError";
}

/** Throws `MalformedTextError`, whose message names line and column. */
export function parseJsonText(text: string, valuesMax = objectValuesMax): unknown {
  checkShape(text, valuesMax);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : "";
    // V8 names the position in most of its messages, but not in all.
    if (/\(line \d+ column \d+\)$/u.test(said)) throw new MalformedTextError(said);
    const isWithin = /^Unexpected token/u.test(said);
    if (isWithin && text.length > searchedCharactersMax) throw new MalformedTextError(said.replace(/, .*$/su, ""));
    const offset = isWithin ? offsetOfUnexpectedToken(text) : text.length;
    throw new MalformedTextError(`${said.replace(/, .*$/su, "")} (${describeOffset(text, offset)})`);
  }
}

/** What walks over parsed values, recursively or not, may rely on these bounds. */
function checkShape(text: string, valuesMax: number): void {
  let depth = 0;
  let values = 1;
  for (let offset = 0; offset < text.length; offset += 1) {
    switch (text[offset]) {
      case '"':
        offset = endOfString(text, offset);
        break;
      case "{":
      case "[":
        depth += 1;
        values += 1;
        break;
      case "}":
      case "]":
        depth -= 1;
        break;
      case ",":
        values += 1;
        break;
    }
    if (depth > depthMax) {
      throw new MalformedTextError(`nested more than ${depthMax} levels deep (${describeOffset(text, offset)})`);
    }
    if (values > valuesMax) {
      throw new MalformedTextError(`more than ${valuesMax} values (${describeOffset(text, offset)})`);
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
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return `line ${line} column ${offset - lineStart + 1}`;
}
