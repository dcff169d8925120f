import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress } from "../../lib/ipv4.ts";
import { seededRandom } from "../../lib/random.ts";
import { chooseFree, isWithin, type NumberRange, staticBand } from "./number-range.ts";
import { nodePorts, serviceAddresses } from "./ranges.ts";

describe("the band that is left to whoever names a number", () => {
  const addresses = { divisor: 16, least: 16, most: 256 };
  const ports = { divisor: 32, least: 16, most: 128 };
  // As the two proposals (KEP-3070, KEP-3668) list them.
  it.each([
    [65_536, addresses, 256],
    [4096, addresses, 256],
    [1024, addresses, 64],
    [256, addresses, 16],
    [32, addresses, 16],
    [16, addresses, 0],
    [8, addresses, 0],
    [2768, ports, 86],
    [5000, ports, 128],
    [64, ports, 16],
    [16, ports, 0],
  ])("of %i numbers by %j is %i", (size, rule, expected) => {
    expect(staticBand(size, rule)).toBe(expected);
  });

  it("is the first 256 addresses and the first 86 ports", () => {
    const { first, last, staticCount } = serviceAddresses;
    expect([first, first + staticCount, last].map(formatAddress)).toEqual(["10.43.0.1", "10.43.1.1", "10.43.255.254"]);
    expect(nodePorts).toEqual({ first: 30_000, last: 32_767, staticCount: 86 });
  });
});

describe("a number that is chosen", () => {
  const range: NumberRange = { first: 100, last: 139, staticCount: 16 };
  const fill = (seed: number): number[] => {
    const taken = new Set<number>();
    const random = seededRandom(seed);
    for (;;) {
      const chosen = chooseFree(range, (number) => taken.has(number), random);
      if (chosen === undefined) return [...taken];
      expect(taken.has(chosen)).toBe(false);
      taken.add(chosen);
    }
  };

  it("is of the lower band only when the upper one is full, until nothing is left", () => {
    const order = fill(7);
    const isUpper = (number: number) => number >= range.first + range.staticCount;
    expect(order.slice(0, 24).every(isUpper)).toBe(true);
    expect(order.slice(24).some(isUpper)).toBe(false);
    expect(new Set(order).size).toBe(40);
  });

  it("is another one for another voter", () => {
    expect(fill(1).slice(0, 8)).not.toEqual(fill(2).slice(0, 8));
  });

  it("is free and within the range, whatever is taken", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.nat({ max: 70 }), fc.nat(), fc.uint8Array(), (...drawn) => {
        const [size, band, seed, holes] = drawn;
        const drawnRange = { first: 5, last: 4 + size, staticCount: Math.min(band, size) };
        const taken = new Set([...holes].map((hole) => 5 + (hole % 64)));
        const chosen = chooseFree(drawnRange, (number) => taken.has(number), seededRandom(seed));
        const all = Array.from({ length: size }, (_, at) => 5 + at);
        if (chosen === undefined) expect(all.every((number) => taken.has(number))).toBe(true);
        else expect([isWithin(drawnRange, chosen), taken.has(chosen)]).toEqual([true, false]);
      }),
    );
  });
});
