import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyMergePatch } from "./merge-patch.ts";

const json = (text: string) => JSON.parse(text);
const object = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });

function hasNull(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === "object" && !Array.isArray(value) && Object.values(value).some(hasNull);
}

describe("applyMergePatch", () => {
  it.each([
    // The examples of RFC 7386, appendix A, that are about objects.
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
    ["{}", '{"__proto__":{"polluted":true}}', '{"__proto__":{"polluted":true}}'],
    ['{"constructor":{"a":1}}', '{"constructor":{"b":2}}', '{"constructor":{"a":1,"b":2}}'],
    ["{}", '{"toString":{"a":null}}', '{"toString":{}}'],
  ])("%s with %s is %s", (target, patch, expected) => {
    expect(JSON.stringify(applyMergePatch(json(target), json(patch)))).toBe(expected);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("is idempotent, changes neither argument, and an empty patch changes nothing", () => {
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = applyMergePatch(target, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
        expect(JSON.stringify([target, patch])).toBe(before);
        expect(applyMergePatch(target, {})).toEqual(target);
      }),
    );
  });

  it("makes a patch without nulls of an empty target", () => {
    fc.assert(
      fc.property(object, (patch) => {
        fc.pre(!hasNull(patch));
        expect(applyMergePatch({}, patch)).toEqual(patch);
      }),
    );
  });

  it("refuses what is no object, or is nested to exhaust the stack", () => {
    const deep = json(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
    for (const patch of [null, 1, "a", [], deep])
      expect(() => applyMergePatch({}, patch)).toThrow(expect.objectContaining({ reason: "BadRequest" }));
  });
});
