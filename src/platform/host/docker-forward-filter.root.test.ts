import { afterEach, expect, it } from "vitest";
import { createDockerForwardFilter } from "./docker-forward-filter.ts";
import { type BareBoard, startBareBoard } from "./testing/bare-board.ts";

const boards: BareBoard[] = [];
afterEach(async () => {
  for (const board of boards.splice(0)) await board.stop();
});

it("adds its rules to Docker's chain once, takes back its own only, and makes no chain itself", async () => {
  const board = await startBareBoard();
  boards.push(board);
  const filter = createDockerForwardFilter(board.run);
  const rules = () => board.run(["iptables", "-S"]);
  const untouched = await rules();
  await filter.accept();
  await filter.withdraw();
  expect(await rules()).toBe(untouched);

  await board.run(["iptables", "-N", "DOCKER-USER"]);
  await board.run(["iptables", "-A", "DOCKER-USER", "-i", "eth9", "-j", "DROP"]);
  const dockers = await rules();
  await filter.accept();
  const accepted = await rules();
  await filter.accept();
  expect(await rules()).toBe(accepted);
  expect(accepted.split("\n").filter((line) => line.includes("bramble"))).toHaveLength(3);
  await filter.withdraw();
  expect(await rules()).toBe(dockers);
});
