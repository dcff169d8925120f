import { describe, expect, it } from "vitest";
import { applyJsonPatch } from "./json-patch.ts";

const json = (text: string) => JSON.parse(text);

describe("applyJsonPatch", () => {
  it.each([
    ['{"a":1}', '[{"op":"add","path":"/b","value":2}]', '{"a":1,"b":2}'],
    ['{"a":[1,3]}', '[{"op":"add","path":"/a/1","value":2}]', '{"a":[1,2,3]}'],
    ['{"a":[1]}', '[{"op":"add","path":"/a/-","value":2}]', '{"a":[1,2]}'],
    ['{"a":1,"b":2}', '[{"op":"remove","path":"/a"}]', '{"b":2}'],
    ['{"a":[1,2]}', '[{"op":"remove","path":"/a/0"}]', '{"a":[2]}'],
    ['{"a":{"b":1}}', '[{"op":"replace","path":"/a/b","value":[]}]', '{"a":{"b":[]}}'],
    ['{"a":{"b":1},"c":{}}', '[{"op":"move","from":"/a/b","path":"/c/d"}]', '{"a":{},"c":{"d":1}}'],
    ['{"a":{"b":1}}', '[{"op":"copy","from":"/a","path":"/c"}]', '{"a":{"b":1},"c":{"b":1}}'],
    ['{"a":1}', '[{"op":"test","path":"/a","value":1},{"op":"remove","path":"/a"}]', "{}"],
    ['{"a/b":{"c~d":1}}', '[{"op":"replace","path":"/a~1b/c~0d","value":2}]', '{"a/b":{"c~d":2}}'],
    ["{}", '[{"op":"add","path":"/__proto__","value":{"x":1}}]', '{"__proto__":{"x":1}}'],
    ['{"a":1}', '[{"op":"replace","path":"","value":{"b":2}}]', '{"b":2}'],
  ])("%s with %s is %s", (target, patch, expected) => {
    expect(JSON.stringify(applyJsonPatch(json(target), json(patch)))).toBe(expected);
  });

  it.each([
    ['[{"op":"test","path":"/a","value":2}]', "Invalid"],
    ['[{"op":"remove","path":"/missing"}]', "Invalid"],
    ['[{"op":"replace","path":"/missing","value":1}]', "Invalid"],
    ['[{"op":"add","path":"/missing/deeper","value":1}]', "Invalid"],
    ['[{"op":"add","path":"/constructor/x","value":1}]', "Invalid"],
    ['[{"op":"add","path":"/list/5","value":1}]', "Invalid"],
    ['[{"op":"remove","path":"/list/-"}]', "Invalid"],
    ['[{"op":"move","from":"/o","path":"/o/inner"}]', "Invalid"],
    ['[{"op":"add","path":"a","value":1}]', "BadRequest"],
    ['[{"op":"grow","path":"/a"}]', "BadRequest"],
    ['{"op":"remove","path":"/a"}', "BadRequest"],
  ])("refuses %s as %s", (patch, reason) => {
    const target = json('{"a":1,"list":[],"o":{}}');
    expect(() => applyJsonPatch(target, json(patch))).toThrow(expect.objectContaining({ reason }));
    expect(target).toEqual({ a: 1, list: [], o: {} });
  });

  it("stops copies that double the document again and again", () => {
    const doubling = Array.from({ length: 60 }, (_, index) => ({ op: "copy", from: "", path: `/c${index}` }));
    expect(() => applyJsonPatch({ a: "x".repeat(100) }, doubling)).toThrow(expect.objectContaining({ code: 413 }));
  });

  it("stops insertions that move a long list again and again", () => {
    const insertions = Array.from({ length: 9_000 }, () => ({ op: "add", path: "/a/1", value: 0 }));
    expect(() => applyJsonPatch({ a: Array(60_000).fill(0) }, insertions)).toThrow(
      expect.objectContaining({ code: 413 }),
    );
    expect(() => applyJsonPatch({ a: Array(1_000).fill(0) }, insertions.slice(0, 500))).not.toThrow();
  });

  it("refuses more operations than a patch may have", () => {
    const tests = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/a", value: 1 }));
    expect(() => applyJsonPatch({ a: 1 }, tests)).toThrow(expect.objectContaining({ code: 413 }));
  });

  it("changes what it copied or added in one place only, and never its arguments", () => {
    const target = json('{"a":{"b":[1]}}');
    const patch = json(
      '[{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/c/b/-","value":2},{"op":"add","path":"/d","value":{}},{"op":"add","path":"/d/e","value":3}]',
    );
    expect(applyJsonPatch(target, patch)).toEqual({ a: { b: [1] }, c: { b: [1, 2] }, d: { e: 3 } });
    expect(target).toEqual({ a: { b: [1] } });
    expect(patch[2].value).toEqual({});
  });

  it("takes no longer for a large document than its operations need", () => {
    const data = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, "v"]));
    const patch = Array.from({ length: 10_000 }, (_, index) => ({
      op: "replace",
      path: `/data/k${index}`,
      value: "w",
    }));
    const startedMs = performance.now();
    applyJsonPatch({ data }, patch);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
