/** Fields that a JSON text names more than once, of which parsing keeps the last without a word. */
import type { DuplicateField } from "../../api/exchange.ts";
import { endOfString } from "./end-of-string.ts";

/** As many as Kubernetes names. */
const faultsMax = 100;

/** What the scanner is within: an object with the names that it has seen, or a list with the place it is at. */
interface Frame {
  readonly path: string;
  readonly names: Set<string> | undefined;
  index: number;
  /** Of the member whose value comes next. */
  name: string;
  expectsName: boolean;
}

/** `text` is JSON that has been parsed: it is as deep as parsing allows. */
export function duplicateFields(text: string): DuplicateField[] {
  const found: DuplicateField[] = [];
  const frames: Frame[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const frame = frames.at(-1);
    switch (text[at]) {
      case "{":
      case "[":
        frames.push(openFrame(frame, text[at] === "{"));
        break;
      case "}":
      case "]":
        frames.pop();
        break;
      case ",":
        if (frame?.names !== undefined) frame.expectsName = true;
        else if (frame !== undefined) frame.index += 1;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (frame?.names !== undefined && frame.expectsName)
          noteName(frame, frame.names, text.slice(at, end + 1), found);
        at = end;
        break;
      }
    }
  }
  return found;
}

function openFrame(outer: Frame | undefined, isObject: boolean): Frame {
  const path = outer === undefined ? "" : pathWithin(outer);
  return { path, names: isObject ? new Set() : undefined, index: 0, name: "", expectsName: isObject };
}

function pathWithin({ path, names, index, name }: Frame): string {
  if (names === undefined) return `${path}[${index}]`;
  return path === "" ? name : `${path}.${name}`;
}

function noteName(frame: Frame, names: Set<string>, literal: string, found: DuplicateField[]): void {
  frame.name = literal.includes("\\") ? String(JSON.parse(literal)) : literal.slice(1, -1);
  frame.expectsName = false;
  if (names.has(frame.name) && found.length < faultsMax) {
    const path = pathWithin(frame);
    found.push({ path, message: `duplicate field "${path}"` });
  }
  names.add(frame.name);
}
