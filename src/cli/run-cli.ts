import { CommanderError } from "commander";
import { messageOf } from "../lib/errors.ts";
import type { CliActions, CliSurroundings } from "./cli-actions.ts";
import { ExitCode } from "./objects/exit-code.ts";
import { buildProgram } from "./program.ts";

/**
 * Does what `args` (without the program's name) say and returns the exit code: 0, or 1 after one line on standard
 * error, or that of a program that it ran. Where in the code it failed is shown only on request, because a mistake of the user's is not in the code.
 */
export async function runCli(args: readonly string[], actions: CliActions, io: CliSurroundings): Promise<number> {
  try {
    await buildProgram(actions, io).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has already said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (error instanceof ExitCode) {
      io.err(`${error.message}\n`);
      return error.code;
    }
    io.err(`bramble: ${messageOf(error).replaceAll("\n", " ")}\n`);
    if (io.debug && error instanceof Error) io.err(`${error.stack ?? ""}${causes(error)}\n`);
    return 1;
  }
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? ""}${causes(error.cause)}` : "";
}
