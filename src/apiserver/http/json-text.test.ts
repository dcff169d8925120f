import { describe, expect, it } from "vitest";
import { parseJsonText } from "./json-text.ts";
import { parseYamlText } from "./yaml-text.ts";

describe("parseJsonText", () => {
  it.each([
    ["[1,,2]", "line 1 column 4"],
    ['{\n  "a": 1,\n  "b": tru\n}', "line 3 column 11"],
    ['{"a":1', "line 1 column 7"],
    ["", "line 1 column 1"],
    ['{"a":1}}', "line 1 column 8"],
    ["[".repeat(1_000_000), "nested more than 100 levels deep (line 1 column 101)"],
    [`{"a":"\\"[[[","b":${"[".repeat(101)}`, "nested more than"],
    [`{"text":"\\\\","b":[${"0,".repeat(100_000)}0]}`, "more than 32000 values (line 1 column 640"],
  ])("says where %j goes wrong", (text, where) => {
    expect(() => parseJsonText(text)).toThrow(where);
  });

  it("says of a long text only what is wrong", () => {
    const text = `["${"x".repeat(300_000)}",x]`;
    expect(() => parseJsonText(text)).toThrow(/^Unexpected token 'x'$/u);
  });

  it("counts nothing within strings", () => {
    const text = JSON.stringify([',\\",'.repeat(100_000), "\\", '["'.repeat(1_000)]);
    expect(parseJsonText(text)).toEqual(JSON.parse(text));
  });

  it("counts no brackets within strings", () => {
    const text = JSON.stringify({ text: '["'.repeat(1000) });
    expect(parseJsonText(text)).toEqual(JSON.parse(text));
  });
});

describe("parseYamlText", () => {
  it("reads one document", async () => {
    expect(await parseYamlText("a: 1\nb: [x, 'y']\n")).toMatchObject({ body: { a: 1, b: ["x", "y"] } });
  });

  const laughs = ["a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]"];
  for (const letter of "bcdefghij") {
    const previous = String.fromCharCode(letter.charCodeAt(0) - 1);
    laughs.push(`${letter}: &${letter} [${Array(9).fill(`*${previous}`).join(",")}]`);
  }
  it.each([
    ["two documents", "a: 1\n---\nb: 2\n", "more than one document"],
    ["a tab", "a:\n\t- b", "line 2 column 1"],
    ["a billion laughs", laughs.join("\n"), "too many aliases"],
    ["an alias within itself", "a: &x [*x]", "refers to what contains it"],
    ["depth", Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"), "nested more than 100"],
    ["more depth", "[".repeat(20_000), "line 1"],
    ["more than is understood in a moment", "- 0\n".repeat(700_000), "send it as JSON"],
    ["nothing", "", "empty"],
  ])("refuses %s", async (_, text, why) => {
    await expect(parseYamlText(text)).rejects.toThrow(why);
  });
});
