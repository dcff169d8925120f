import { expect, it } from "vitest";
import { VirtualClock } from "../../../lib/testing/virtual-clock.ts";
import { SharedBoards } from "./shared-boards.ts";

it("a voter that lost its connection misses only those that do not return with it", () => {
  const clock = new VirtualClock();
  const boards = new SharedBoards(() => {});
  const heard: string[] = [];
  boards.onPresence((node, connected) => heard.push(`${node} ${connected ? "came" : "went"}`));
  for (const node of ["b1", "b2", "b3"]) boards.notePresence(node, true);
  heard.length = 0;
  boards.recount(clock, 10_000);
  boards.notePresence("b1", true);
  boards.hear("b2", "hello", new Uint8Array());
  clock.advance(9_999);
  expect(heard).toEqual([]);
  clock.advance(1);
  expect(heard).toEqual(["b3 went"]);
  boards.recount(clock, 10_000);
  boards.close();
  expect(clock.pending).toBe(0);
});
