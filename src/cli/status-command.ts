/** `bramble status`: whether this board is where it should be, for people and for scripts that wait for it. */
import { messageOf, UsageError } from "../lib/errors.ts";
import type { CliActions, CliSurroundings, OwnNode } from "./cli-actions.ts";

export interface StatusFlags {
  readonly dataDir: string;
  /** Milliseconds; without it the first answer counts. */
  readonly wait?: number;
}

const askAgainMs = 1_000;

/** Throws `UsageError` where the board is not Ready, or not within the time that was given. */
export async function showStatus(
  actions: CliActions,
  { dataDir, wait }: StatusFlags,
  io: CliSurroundings,
): Promise<void> {
  const deadlineMs = io.nowMs() + (wait ?? 0);
  let said = "";
  for (;;) {
    const answer = await ask(actions, dataDir);
    if (typeof answer !== "string" && answer.ready) {
      io.out(`${wordsFor(answer)}, and Ready.\n`);
      return;
    }
    const reason =
      typeof answer === "string" ? answer : `${wordsFor(answer)}, but not Ready: ${answer.reason || "no reason given"}`;
    if (io.nowMs() >= deadlineMs) throw new UsageError(`${reason}; see journalctl -u bramble`);
    // Each reason once: what a person watches should change when something changes.
    if (reason !== said) io.err(`waiting: ${reason}\n`);
    said = reason;
    await io.pause(askAgainMs);
  }
}

/** A voter that does not answer yet is waited for like any other want. */
async function ask(actions: CliActions, dataDir: string): Promise<OwnNode | string> {
  try {
    return await actions.ownNode(dataDir);
  } catch (error) {
    return messageOf(error);
  }
}

function wordsFor({ node, fleet, voter, server }: OwnNode): string {
  return `${node} is ${voter ? "a voter" : "a board"} of the fleet ${fleet} (asked ${server})`;
}
