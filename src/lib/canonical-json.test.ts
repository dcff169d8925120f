import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { fnv1a } from "./fnv.ts";

describe("canonicalJson", () => {
  it("ignores the order of fields and absent ones, but not the order of lists", () => {
    expect(canonicalJson({ b: 1, a: { d: undefined, c: [2, 1] } })).toBe('{"a":{"c":[2,1]},"b":1}');
  });

  it("is JSON for the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("fnv1a", () => {
  it("tells texts apart and stays the same for ever, for it names what is stored", () => {
    expect(fnv1a("")).toBe(0x811c9dc5);
    expect(fnv1a("hello")).toBe(fnv1a("hello"));
    expect(fnv1a("hello")).not.toBe(fnv1a("hellp"));
  });
});
