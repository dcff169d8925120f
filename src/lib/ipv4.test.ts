import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressAt, contains, formatAddress, overlaps, parseAddress, parsePrefix } from "./ipv4.ts";

const prefix = (text: string) => {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`${text} is no prefix`);
  return parsed;
};

describe("addresses", () => {
  it("survive being read and written", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (address) => {
        expect(parseAddress(formatAddress(address))).toBe(address);
      }),
    );
  });

  it.each(["", "10.42.1", "10.42.1.256", "10.42.01.1", "10.42.1.1.1", "a.b.c.d", "10.42.1.-1", " 10.42.1.1"])(
    "%j is none",
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );
});

describe("prefixes", () => {
  it.each(["10.42.1.0", "10.42.1.1/24", "10.42.0.0/33", "10.42.0.0/-1", "10.42.0.0/024", "x/24"])(
    "%j is none",
    (text) => expect(parsePrefix(text)).toBeUndefined(),
  );

  it("contain, overlap and count", () => {
    expect(contains(prefix("10.42.0.0/16"), prefix("10.42.255.0/24"))).toBe(true);
    expect(contains(prefix("10.42.0.0/16"), prefix("10.43.0.0/24"))).toBe(false);
    expect(contains(prefix("10.42.1.0/24"), prefix("10.42.0.0/16"))).toBe(false);
    expect(overlaps(prefix("10.42.1.0/24"), prefix("10.42.0.0/16"))).toBe(true);
    expect(overlaps(prefix("10.42.1.0/24"), prefix("10.42.2.0/24"))).toBe(false);
    expect(contains(prefix("0.0.0.0/0"), prefix("255.255.255.255/32"))).toBe(true);
    expect(addressAt(prefix("10.42.1.0/24"), 1)).toBe("10.42.1.1");
  });
});
