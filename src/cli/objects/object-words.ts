/** The words for the fleet's objects, as kubectl has them. */
import type { Command } from "commander";
import type { CliActions, CliSurroundings } from "../cli-actions.ts";
import { addChangingCommands, addRolloutCommands } from "./changing-words.ts";
import { completionScript, shells, shellValue } from "./completion.ts";
import type { PlaceFlags } from "./object-options.ts";
import { ObjectSession } from "./object-session.ts";
import { addBoardServiceCommands, addPodCommands } from "./pod-words.ts";
import { addReadingCommands } from "./reading-words.ts";

export function addObjectCommands(program: Command, actions: CliActions, io: CliSurroundings): void {
  const opened = async (flags: PlaceFlags) => ObjectSession.open(await actions.connect(flags), io, flags);
  addReadingCommands(program, opened);
  addChangingCommands(program, opened);
  addRolloutCommands(program, opened);
  addBoardServiceCommands(program, opened);
  addPodCommands(program, actions, opened);
  program
    .command("completion")
    .description("print what makes a shell finish words of this program")
    .argument("<shell>", shells.join(", "), shellValue)
    .action((shell: ReturnType<typeof shellValue>) => io.out(completionScript(program, shell)));
}
