/** Breaks a lab of three voters one way at a time and makes it whole again. */

import { transferPath } from "../../src/api/operations-exchange.ts";
import { unreachable } from "../../src/lib/assert.ts";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { brambleProcess } from "../lab/bramble-process.ts";
import { FleetApi } from "../lab/fleet-api.ts";
import type { Lab } from "../lab/lab.ts";
import { leaderOf } from "../lab/leader.ts";
import { signal } from "../lab/namespace-processes.ts";
import { waitUntil } from "../lab/wait-until.ts";

export const faults = [
  "kill the leader",
  "cut the leader off",
  "pause the leader",
  "cut the leader's link to one follower",
  "pause a follower",
  "cut the leader's power",
  "kill everybody",
  "cut a follower off",
  "hand leadership over",
] as const;
export type Fault = (typeof faults)[number];

/** Resolves with what undoes it. */
export async function strike(lab: Lab, fault: Fault): Promise<() => Promise<void>> {
  const leader = await leaderOf(lab);
  const boards = lab.record.boards.map(({ name }) => name);
  const followers = boards.filter((board) => board !== leader);
  const follower = followers[secureRandom.below(followers.length)] ?? leader;
  switch (fault) {
    case "kill the leader":
      return kill(lab, [leader]);
    case "kill everybody":
      return kill(lab, boards);
    case "cut the leader's power":
      await lab.kill(leader);
      return () => lab.start(leader);
    case "pause the leader":
      return freeze(lab, leader);
    case "pause a follower":
      return freeze(lab, follower);
    case "cut the leader off":
      return cutOff(lab, [leader], followers);
    case "cut a follower off":
      return cutOff(
        lab,
        [follower],
        boards.filter((board) => board !== follower),
      );
    case "hand leadership over":
      await handOver(lab, follower);
      return async () => {};
    case "cut the leader's link to one follower":
      // The third is in neither group, and reaches both.
      return cutOff(lab, [leader], [follower]);
    default:
      return unreachable(fault);
  }
}

/** The board's service starts it again by itself. */
async function kill(lab: Lab, boards: readonly string[]): Promise<() => Promise<void>> {
  for (const board of boards) signal(brambleProcess(lab.record.name, board), "SIGKILL");
  return async () => {};
}

/** Clients, other voters and boards keep their connections to a process that says nothing, and then goes on. */
async function freeze(lab: Lab, board: string): Promise<() => Promise<void>> {
  const pid = brambleProcess(lab.record.name, board);
  signal(pid, "SIGSTOP");
  return async () => signal(pid, "SIGCONT");
}

/** Asks every board: who leads may have changed since somebody looked. */
async function handOver(lab: Lab, heir: string): Promise<void> {
  const apis = lab.record.boards.map((board) => new FleetApi(lab.record.name, board));
  await waitUntil(`${heir} takes over`, 30_000, async () => {
    const answers = await Promise.allSettled(apis.map((api) => api.send("POST", transferPath, { voter: heir })));
    return answers.some(({ status }) => status === "fulfilled");
  });
}

async function cutOff(lab: Lab, these: readonly string[], those: readonly string[]): Promise<() => Promise<void>> {
  await lab.partition(these, those);
  return () => lab.heal();
}
