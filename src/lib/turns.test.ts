import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("gives one turn at a time to each key, in order, also after a failure", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.run("a", async () => {
    await gate.promise;
    order.push("a1");
    throw new Error("failed");
  });
  const second = turns.run("a", async () => void order.push("a2"));
  await turns.run("b", async () => void order.push("b1"));
  gate.resolve();
  await expect(first).rejects.toThrow("failed");
  await second;
  expect(order).toEqual(["b1", "a1", "a2"]);
});
