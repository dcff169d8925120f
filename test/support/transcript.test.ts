import { describe, expect, it } from "vitest";
import { parseTranscript, showsExpected } from "../lab/transcript.ts";

describe("parseTranscript", () => {
  it("reads commands, what they are given, what they show, and how they end", () => {
    const text = [
      "# The story.",
      "$ cat <<EOF",
      "> one",
      "> EOF",
      "one",
      "",
      "$? false",
      "> is output once there was some",
      "[exit 1]",
    ].join("\n");
    expect(parseTranscript(text)).toEqual([
      { line: 2, command: "cat <<EOF\none\nEOF", expected: ["one"], exitCode: 0, eventually: false },
      {
        line: 7,
        command: "false\nis output once there was some",
        expected: [],
        exitCode: 1,
        eventually: true,
      },
    ]);
  });

  it("refuses what stands before the first command", () => {
    expect(() => parseTranscript("stray")).toThrow("line 1");
  });
});

describe("showsExpected", () => {
  it.each([
    ["the very lines", "a  b\nc\n", ["a b", "c"], true],
    ["one line too many", "a\nb\n", ["a"], false],
    ["one line too few", "a\n", ["a", "b"], false],
    ["any text in a line", "pod/web-x7 created\n", ["pod/web-… created"], true],
    ["any text is not any lines", "pod/web\nx created\n", ["pod/web… created"], false],
    ["any lines", "a\nb\nc\nd\n", ["a", "…", "d"], true],
    ["no line for any lines", "a\nd\n", ["a", "…", "d"], true],
    ["nothing expected, nothing said", "\n", [], true],
    ["signs that mean something to regular expressions", "a.b (c)\n", ["a.b (c)"], true],
    ["… taken as they are", "aXb (c)\n", ["a.b (c)"], false],
  ])("judges %s", (_, output, expected, judgement) => {
    expect(showsExpected(output, expected)).toBe(judgement);
  });
});
