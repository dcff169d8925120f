import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLines } from "./json-lines.ts";

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncIterable<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

describe("jsonLines", () => {
  it("reads every line, however the stream is cut, within characters too", async () => {
    const property = fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.nat({ max: 9 })), async (values, sizes) => {
      const stream = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
      const read = await all(jsonLines(cut(stream, sizes), 1_000_000));
      expect(read.map((value) => JSON.stringify(value))).toEqual(values.map((value) => JSON.stringify(value)));
    });
    await fc.assert(property);
  });

  it("leaves out a last line that was cut off, and refuses one without end", async () => {
    expect(await all(jsonLines(cut(Buffer.from('{"a":1}\n{"b"'), []), 100))).toEqual([{ a: 1 }]);
    const endless = jsonLines(cut(Buffer.alloc(200, "x"), [50, 50, 50]), 100);
    await expect(all(endless)).rejects.toThrow(RangeError);
  });
});
