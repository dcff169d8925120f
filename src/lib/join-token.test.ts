import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "./errors.ts";
import { formatJoinToken, newTokenCredential, parseJoinToken, parseTokenCredential } from "./join-token.ts";
import { seededRandom } from "./random.ts";

const caSha256 = "0f".repeat(32);

describe("join tokens", () => {
  it("survive being written and read", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const token = { caSha256, ...newTokenCredential(seededRandom(seed)) };
        expect(parseJoinToken(` ${formatJoinToken(token)}\n`)).toEqual(token);
      }),
    );
  });

  it("are refused without the CA's hash", () => {
    expect(() => parseJoinToken("abcdef.0123456789abcdef")).toThrow(/lacks the fleet's CA/);
  });

  it.each([
    "",
    "BR1",
    `BR2${caSha256}::abcdef.0123456789abcdef`,
    `BR1${caSha256}:abcdef.0123456789abcdef`,
    `BR1${caSha256.slice(2)}::abcdef.0123456789abcdef`,
    `BR1${caSha256.toUpperCase()}::abcdef.0123456789abcdef`,
    `BR1${caSha256}::abcdef.0123456789abcdeF`,
    `BR1${caSha256}::abcde.0123456789abcdef`,
    `BR1${caSha256}::abcdef.0123456789abcdef.x`,
  ])("are refused when malformed: %s", (text) => {
    expect(() => parseJoinToken(text)).toThrow(UsageError);
  });

  it("carry a credential that is never half read", () => {
    expect(parseTokenCredential("abcdef.0123456789abcdef\n")).toBeUndefined();
    expect(parseTokenCredential("../../.0123456789abcdef")).toBeUndefined();
  });
});
