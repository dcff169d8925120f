/** Reads label selectors as queries write them: `app=web,tier in (a,b),!old,size>3`. */
import { labelKey, labelValue } from "../validation/names.ts";
import { integerOf, type LabelRequirement } from "./label-selector.ts";

export type ParsedLabelSelector =
  | { readonly ok: true; readonly requirements: readonly LabelRequirement[] }
  /** `message` says what is wrong and where. */
  | { readonly ok: false; readonly message: string };

class SelectorSyntaxError extends Error {
  override readonly name = "SelectorSyntaxError";
}

type Punctuation = "," | "(" | ")" | "!" | "=" | "==" | "!=" | ">" | "<";
type Token =
  | { readonly type: "word"; readonly text: string }
  | { readonly type: Punctuation }
  | { readonly type: "end" };

const special = new Set([",", "(", ")", "!", "=", ">", "<"]);
const space = new Set([" ", "\t", "\n", "\r"]);

/** Linear in the length of `text`. An empty text selects everything. */
export function parseLabelSelector(text: string): ParsedLabelSelector {
  try {
    return { ok: true, requirements: new Parser(tokens(text)).requirements() };
  } catch (error) {
    if (error instanceof SelectorSyntaxError)
      return { ok: false, message: `unable to parse requirement: ${error.message}` };
    throw error;
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (space.has(character)) at += 1;
    else if (special.has(character)) {
      const type = punctuationAt(text, at);
      found.push({ type });
      at += type.length;
    } else {
      const start = at;
      while (at < text.length && !special.has(text.charAt(at)) && !space.has(text.charAt(at))) at += 1;
      found.push({ type: "word", text: text.slice(start, at) });
    }
  }
  return found;
}

function punctuationAt(text: string, at: number): Punctuation {
  const pair = text.slice(at, at + 2);
  return (pair === "==" || pair === "!=" ? pair : text.charAt(at)) as Punctuation;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokenList: readonly Token[]) {
    this.#tokens = tokenList;
  }

  requirements(): LabelRequirement[] {
    const found: LabelRequirement[] = [];
    if (this.#peek().type === "end") return found;
    for (;;) {
      found.push(this.#requirement());
      const next = this.#next();
      if (next.type === "end") return found;
      if (next.type !== ",") throw unexpected(next, "',' or the end");
    }
  }

  #requirement(): LabelRequirement {
    if (this.#peek().type === "!") {
      this.#next();
      return { key: this.#key(), operator: "DoesNotExist", values: [] };
    }
    const key = this.#key();
    const operator = this.#peek();
    switch (operator.type) {
      case "end":
      case ",":
        return { key, operator: "Exists", values: [] };
      case "=":
      case "==":
      case "!=":
        this.#next();
        return { key, operator: operator.type === "!=" ? "NotIn" : "In", values: [this.#value(key)] };
      case ">":
      case "<":
        this.#next();
        return { key, operator: operator.type === ">" ? "Gt" : "Lt", values: [this.#bound(key)] };
      case "word":
        if (operator.text !== "in" && operator.text !== "notin") throw unexpected(operator, "an operator");
        this.#next();
        return { key, operator: operator.text === "in" ? "In" : "NotIn", values: this.#values(key) };
      default:
        throw unexpected(operator, "an operator");
    }
  }

  #key(): string {
    const token = this.#next();
    if (token.type !== "word") throw unexpected(token, "a label's key");
    const wrong = labelKey(token.text);
    if (wrong !== undefined) throw new SelectorSyntaxError(`key "${token.text}": ${wrong}`);
    return token.text;
  }

  /** What follows an operator; nothing is the empty value. */
  #value(key: string): string {
    const token = this.#peek();
    if (token.type !== "word") return "";
    this.#next();
    const wrong = labelValue(token.text);
    if (wrong !== undefined) throw new SelectorSyntaxError(`value of "${key}", "${token.text}": ${wrong}`);
    return token.text;
  }

  #bound(key: string): string {
    const value = this.#value(key);
    if (integerOf(value) === undefined) throw new SelectorSyntaxError(`"${key}" must be compared with a whole number`);
    return value;
  }

  #values(key: string): string[] {
    const open = this.#next();
    if (open.type !== "(") throw unexpected(open, "'('");
    const values = new Set<string>();
    for (;;) {
      values.add(this.#value(key));
      const next = this.#next();
      if (next.type === ")") return [...values];
      if (next.type !== ",") throw unexpected(next, "',' or ')'");
    }
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: "end" };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }
}

function unexpected(token: Token, expected: string): SelectorSyntaxError {
  const found = token.type === "word" ? `'${token.text}'` : token.type === "end" ? "the end" : `'${token.type}'`;
  return new SelectorSyntaxError(`found ${found}, expected: ${expected}`);
}
