import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  quantitySchema,
  quantityValue,
} from "./quantity.ts";

describe("quantities", () => {
  it.each([
    ["0", "0"],
    ["100m", "100m"],
    ["1000m", "1"],
    ["1.5", "1500m"],
    [".5", "500m"],
    ["5.", "5"],
    ["0.1Gi", "107374182400m"],
    ["1.5Gi", "1536Mi"],
    ["1024Ki", "1Mi"],
    ["1000Ki", "1000Ki"],
    ["64Mi", "64Mi"],
    ["1000k", "1M"],
    ["1e3", "1e3"],
    ["1E3", "1e3"],
    ["12E", "12E"],
    ["-2", "-2"],
    ["+3k", "3k"],
    ["1n", "1n"],
    ["0.1n", "1n"],
    ["-0.1n", "-1n"],
  ])("%s is written %s", (text, canonical) => {
    expect(quantitySchema.parse(text)).toBe(canonical);
  });

  it.each(["", "m", "1x", "1 Gi", "1KI", "0x10", "1e999", "NaN", "--1", ".", "1".repeat(100)])("%j is none", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
    expect(quantitySchema.safeParse(text).success).toBe(false);
  });

  it("takes JSON numbers", () => {
    expect(quantitySchema.parse(0.5)).toBe("500m");
    expect(quantitySchema.parse(2)).toBe("2");
  });

  it("compares, adds and rounds up", () => {
    expect(compareQuantities("1Gi", "1G")).toBeGreaterThan(0);
    expect(compareQuantities("1000m", "1")).toBe(0);
    expect(compareQuantities("1", "1500m")).toBeLessThan(0);
    expect(quantityValue("1Ki")).toBe(1024);
    expect(quantityValue("1500m")).toBe(2);
    expect(quantityMilliValue("0.25")).toBe(250);
    expect(quantityMilliValue("1n")).toBe(1);
    const [a, b] = [parseQuantity("1Gi"), parseQuantity("1Mi")];
    expect(a && b && formatQuantity(addQuantities(a, b))).toBe("1025Mi");
  });

  it("keeps its amount through its canonical text, which is its own canonical text", () => {
    const suffix = fc.constantFrom("", "n", "u", "m", "k", "M", "Ki", "Mi", "Gi", "e2", "E-3");
    fc.assert(
      fc.property(fc.integer(), suffix, (number, suffixText) => {
        const parsed = parseQuantity(`${number}${suffixText}`);
        const text = parsed && formatQuantity(parsed);
        const again = parseQuantity(text ?? "");
        expect(again?.nano).toBe(parsed?.nano);
        expect(again && formatQuantity(again)).toBe(text);
      }),
    );
  });
});
