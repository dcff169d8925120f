import { describe, expect, it } from "vitest";
import { matchesFields, parseFieldSelector } from "./field-selector.ts";

const known = ["metadata.name", "spec.nodeName", "status.phase"];
const fields = new Map([
  ["metadata.name", "web"],
  ["spec.nodeName", ""],
  ["status.phase", "Running"],
]);

describe("field selectors", () => {
  it.each([
    ["", true],
    ["metadata.name=web", true],
    ["metadata.name==web,status.phase!=Failed", true],
    ["metadata.name=web,status.phase!=Running", false],
    ["spec.nodeName=", true],
    ["spec.nodeName!=", false],
    ["metadata.name=a\\,b\\=c\\\\", false],
  ])("%s: %s", (text, matches) => {
    const parsed = parseFieldSelector(text, known);
    expect(parsed.ok && matchesFields(parsed.terms, fields)).toBe(matches);
  });

  it("takes the meaning from escaped characters", () => {
    const parsed = parseFieldSelector("metadata.name=a\\,b\\=c\\\\", known);
    expect(parsed.ok && parsed.terms[0]?.value).toBe("a,b=c\\");
  });

  it.each([
    ["spec.unknown=1", /not supported: spec.unknown/],
    ["constructor=1", /not supported: constructor/],
    ["metadata.name", /must be "field=value"/],
    ["metadata.name=a=b", /must be "field=value"/],
  ])("refuses %s", (text, message) => {
    expect(parseFieldSelector(text, known)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });
});
