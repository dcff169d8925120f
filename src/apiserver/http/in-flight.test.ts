import { expect, it } from "vitest";
import { boundInFlight } from "./in-flight.ts";

it("lets in as many as have left, each of whom leaves once", () => {
  const bound = boundInFlight(2);
  const first = bound.enter();
  expect(bound.enter()).toBeDefined();
  expect(bound.enter()).toBeUndefined();
  first?.();
  first?.();
  expect(bound.enter()).toBeDefined();
  expect(bound.enter()).toBeUndefined();
});
