import { expect, it } from "vitest";
import { freshAtFirstForMs, freshForMs } from "./token-life.ts";

const issuedMs = 1_700_000_000_000;
const token = (seconds: number) => {
  const claims = { iat: issuedMs / 1000, exp: issuedMs / 1000 + seconds };
  return `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
};

it.each([
  ["is good for 80 % of its life", 1000, 0, 800_000],
  ["is good for what is left of that", 1000, 500_000, 300_000],
  ["is replaced after that, though it still holds", 1000, 900_000, 0],
  ["is replaced once a day however long it holds", 30 * 86_400, 0, 86_400_000],
  ["is replaced where the board's clock is behind", 1000, -1, 0],
])("a token %s", (_, seconds, sinceMs, expected) => {
  expect(freshForMs(token(seconds), issuedMs + sinceMs)).toBe(expected);
});

it("a token that was just issued is good by its own claims, whatever the board's clock says", () => {
  expect(freshAtFirstForMs(token(1000))).toBe(800_000);
});

it.each(["", "a.b.c", "a", `h.${Buffer.from("{}").toString("base64url")}.s`])("%j is no token to keep", (text) => {
  expect(freshForMs(text, issuedMs)).toBe(0);
  expect(freshAtFirstForMs(text)).toBe(0);
});
