import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelSelectorText, matchesLabelSelector, matchesRequirements, requirementsText } from "./label-selector.ts";
import { parseLabelSelector } from "./parse-label-selector.ts";

function requirements(text: string) {
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.requirements;
}

describe("parseLabelSelector", () => {
  const labels = { app: "web", tier: "front", size: "4", "example.com/x": "", in: "y" };
  it.each([
    ["", true],
    ["app=web", true],
    ["app==web,tier=front", true],
    ["app!=web", false],
    ["missing!=web", true],
    ["app", true],
    ["!app", false],
    ["!missing", true],
    ["app in (api, web)", true],
    ["app notin (api,web)", false],
    ["missing notin (a)", true],
    ["missing in (a)", false],
    ["example.com/x=", true],
    ["example.com/x in ()", true],
    ["in in (y)", true],
    ["in", true],
    ["size>3,size<5", true],
    ["size>4", false],
    ["app>3", false],
    [" app = web , tier ", true],
    ["constructor", false],
    ["!toString", true],
  ])("%s: %s", (text, matches) => {
    expect(matchesRequirements(requirements(text), labels)).toBe(matches);
  });

  it.each([
    ",",
    "a,",
    "a b",
    "a in",
    "a in (",
    "a in (b",
    "a in b",
    "=a",
    "a=b=c",
    "!",
    "a!",
    "-a",
    "a=-",
    "a>x",
    "(a)",
  ])("refuses %s", (text) => {
    expect(parseLabelSelector(text)).toMatchObject({ ok: false, message: expect.stringContaining("unable to parse") });
  });

  it("reads what it writes", () => {
    const key = fc.constantFrom("a", "b", "x.io/c");
    const values = fc.uniqueArray(fc.constantFrom("1", "2", "z"), { minLength: 1 });
    const requirement = fc.oneof(
      fc.record({ key, operator: fc.constantFrom("In" as const, "NotIn" as const), values }),
      fc.record({
        key,
        operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
        values: fc.constant([]),
      }),
    );
    fc.assert(
      fc.property(fc.array(requirement), (list) => {
        const text = requirementsText(list);
        expect(requirementsText(requirements(text))).toBe(text);
      }),
    );
  });

  it("takes time in proportion to the text", () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `k${index} notin (a,b)`).join(",");
    expect(requirements(long)).toHaveLength(20_000);
    expect(parseLabelSelector("(".repeat(200_000)).ok).toBe(false);
  });
});

describe("matchesLabelSelector", () => {
  it("selects everything when empty and nothing when absent", () => {
    expect(matchesLabelSelector({}, undefined)).toBe(true);
    expect(matchesLabelSelector(undefined, {})).toBe(false);
  });

  it("asks for all conditions", () => {
    const selector = {
      matchLabels: { app: "web" },
      matchExpressions: [{ key: "tier", operator: "NotIn" as const, values: ["back"] }],
    };
    expect(matchesLabelSelector(selector, { app: "web" })).toBe(true);
    expect(matchesLabelSelector(selector, { app: "web", tier: "back" })).toBe(false);
    expect(labelSelectorText(selector)).toBe("app=web,tier!=back");
  });
});
