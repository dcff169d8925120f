/**
 * Field sets as they are stored, in a fifth of the bytes of FieldsV1: `metadata(labels(.,app)),spec(replicas)`, with
 * names that occur in many sets as `~` and a code. A bare name is a field; any other element keeps its prefix, with `'`
 * for `"` and the characters of the notation escaped.
 */
import { codeOfField, fieldOfCode } from "./field-codes.ts";
import { emptyFieldSet, type FieldNode, type FieldSet, sortedElements } from "./field-set.ts";

const bareName = /^[-A-Za-z0-9_./]+$/;
const escaped = /[%(),'~\\]/g;
const codeLength = 3;

export function fieldSetText(set: FieldSet): string {
  return joinTexts(
    sortedElements(set).map(([element, { owned, below }]) =>
      nodeText(elementToText(element), owned, below.size === 0 ? "" : fieldSetText(below)),
    ),
  );
}

/** The texts of the nodes of one level, in the order of their elements, as one. */
export function joinTexts(nodes: readonly string[]): string {
  // Looking at the end of a text that still grows would write all of it out, again for every node.
  let text = "";
  let before = "";
  for (const node of nodes) {
    text += separator(before) + node;
    before = node;
  }
  return text;
}

/** After a code or a bracket the next element begins by itself. */
function separator(before: string): string {
  return before === "" || before.endsWith(")") || before.at(-codeLength) === "~" ? "" : ",";
}

/** `below` is empty for a leaf, which somebody owns. */
export function nodeText(element: string, owned: boolean, below: string): string {
  return below === "" ? element : `${element}(${owned ? ".," : ""}${below})`;
}

/** The texts of elements that come again and again, as the fields of kinds do; of all others there is no end. */
const textsMax = 4_096;
const texts = new Map<string, string>();

export function elementToText(element: string): string {
  const known = texts.get(element);
  if (known !== undefined) return known;
  const text = makeText(element);
  if (texts.size < textsMax) texts.set(element, text);
  return text;
}

function makeText(element: string): string {
  const name = element.slice(2);
  if (element.startsWith("f:")) {
    const code = codeOfField(name);
    if (code !== undefined) return `~${code}`;
    if (name !== "." && bareName.test(name)) return name;
  }
  return element
    .replace(escaped, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`)
    .replaceAll('"', "'");
}

function textToElement(text: string): string {
  if (text.startsWith("~")) return `f:${fieldOfCode(text.slice(1))}`;
  if (!text.includes(":")) return `f:${text}`;
  return text
    .replaceAll("'", '"')
    .replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Reads what `fieldSetText` wrote. */
export function parseFieldSetText(text: string): FieldSet {
  return readLevel({ text, at: 0 }).set;
}

interface Cursor {
  readonly text: string;
  at: number;
}

/** Reads up to the bracket that closes the level, or to the end. */
function readLevel(cursor: Cursor): { readonly owned: boolean; readonly set: FieldSet } {
  const { text } = cursor;
  const set = new Map<string, FieldNode>();
  let owned = false;
  while (cursor.at < text.length && text[cursor.at] !== ")") {
    const element = readElement(cursor);
    if (element === ".") owned = true;
    else set.set(textToElement(element), readNode(cursor));
    if (text[cursor.at] === ",") cursor.at += 1;
  }
  return { owned, set };
}

function readElement(cursor: Cursor): string {
  const { text, at: start } = cursor;
  if (text[start] === "~") cursor.at = Math.min(start + codeLength, text.length);
  else while (cursor.at < text.length && !isDelimiter(text[cursor.at])) cursor.at += 1;
  return text.slice(start, cursor.at);
}

function readNode(cursor: Cursor): FieldNode {
  if (cursor.text[cursor.at] !== "(") return { owned: true, below: emptyFieldSet };
  cursor.at += 1;
  const { owned, set } = readLevel(cursor);
  cursor.at += 1;
  return { owned, below: set };
}

function isDelimiter(character: string | undefined): boolean {
  return character === "," || character === "(" || character === ")";
}

/** What `fieldSetText` wrote as the JSON of FieldsV1: the two have the same parts in the same order. */
export function fieldsV1Json(text: string): string {
  return `{${levelJson({ text, at: 0 })}}`;
}

function levelJson(cursor: Cursor): string {
  const { text } = cursor;
  let json = "";
  while (cursor.at < text.length && text[cursor.at] !== ")") {
    const element = readElement(cursor);
    const name = element === "." ? "." : textToElement(element);
    const below = belowJson(cursor);
    json += `${json === "" ? "" : ","}${JSON.stringify(name)}:{${below}}`;
    if (text[cursor.at] === ",") cursor.at += 1;
  }
  return json;
}

function belowJson(cursor: Cursor): string {
  if (cursor.text[cursor.at] !== "(") return "";
  cursor.at += 1;
  const json = levelJson(cursor);
  cursor.at += 1;
  return json;
}
