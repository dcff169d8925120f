import { describe, expect, it } from "vitest";
import { LogLines } from "./log-lines.ts";

const stamp = (second: number, nanoseconds = 0) =>
  `2026-01-02T03:04:${String(second).padStart(2, "0")}.${String(nanoseconds).padStart(9, "0")}Z `;
const entry = (at: string, text: string, channel: 1 | 2 = 1) => ({ channel, bytes: Buffer.from(at + text) });

function read(entries: readonly ReturnType<typeof entry>[], options = { follow: true, timestamps: false }): string {
  const lines = new LogLines(options);
  return Buffer.concat(entries.flatMap((each) => lines.take(each))).toString();
}

describe("the lines of a log", () => {
  it("are told with their timestamps or without", () => {
    const entries = [entry(stamp(1), "one\n"), entry(stamp(2), "two\n", 2)];
    expect(read(entries)).toBe("one\ntwo\n");
    expect(read(entries, { follow: false, timestamps: true })).toBe(`${stamp(1)}one\n${stamp(2)}two\n`);
  });

  it("are put together from their pieces, under one timestamp and with their end", () => {
    const piece = "x".repeat(16 * 1024);
    const entries = [
      entry(stamp(1), piece),
      entry(stamp(2), "err\n", 2),
      entry(stamp(1), piece),
      entry(stamp(1), "end"),
    ];
    const options = { follow: false, timestamps: true };
    expect(read([...entries, entry(stamp(3), "next\n")], options)).toBe(
      `${stamp(1)}${piece}${stamp(2)}err\n${piece}end\n${stamp(3)}next\n`,
    );
    // Where the length of the line is a multiple of a piece's, the last piece is empty.
    expect(read([entry(stamp(1), piece), entry(stamp(1), "")])).toBe(`${piece}\n`);
  });

  it("are told once when the engine tells the beginning of a new file twice", () => {
    const line = (second: number) => entry(stamp(second), `${second}\n`);
    expect(read([1, 2, 3, 4, 5, 3, 4, 5, 6].map(line))).toBe("1\n2\n3\n4\n5\n6\n");
    expect(read([1, 2, 2, 3].map(line))).toBe("1\n2\n3\n");
    const piece = "x".repeat(16 * 1024);
    const long = [entry(stamp(3), piece), entry(stamp(3), "end")];
    expect(read([line(1), ...long, line(4), ...long, line(4), line(5)])).toBe(`1\n${piece}end\n4\n5\n`);
  });

  it("are all told when the clock is set back, and when two have one time", () => {
    expect(
      read([entry(stamp(30), "a\n"), entry(stamp(10), "b\n"), entry(stamp(10), "c\n"), entry(stamp(11), "d\n")]),
    ).toBe("a\nb\nc\nd\n");
  });
});
