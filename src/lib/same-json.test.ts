import { describe, expect, it } from "vitest";
import { ownValue } from "./own-value.ts";
import { sameJson } from "./same-json.ts";

describe("sameJson", () => {
  it.each([
    [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, true],
    [{ a: undefined }, {}, true],
    [{ a: null }, {}, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{ constructor: 1 }, {}, false],
    [JSON.parse('{"__proto__":1}'), {}, false],
    ["1", 1, false],
  ])("%j and %j: %s", (a, b, same) => {
    expect(sameJson(a, b)).toBe(same);
    expect(sameJson(b, a)).toBe(same);
  });
});

describe("ownValue", () => {
  it("sees own fields alone", () => {
    expect(ownValue(JSON.parse('{"__proto__":"x"}'), "__proto__")).toBe("x");
    expect(ownValue<unknown>({}, "constructor")).toBeUndefined();
    expect(ownValue(undefined, "a")).toBeUndefined();
  });
});
