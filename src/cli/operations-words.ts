/** The words for a fleet's voters, its encryption and its snapshots. */
import { type Command, Option } from "commander";
import type { AdministratorFiles, CliActions, CliSurroundings } from "./cli-actions.ts";
import { rotateEncryption, showEncryption } from "./encryption-commands.ts";
import { nameValue, voterValue } from "./option-values.ts";
import { type OutputFormat, outputValue } from "./output.ts";
import { administratorOptions, type BoardFlags, boardOf, boardOptions, runLine } from "./shared-options.ts";
import { inspectSnapshot, restoreSnapshot, saveSnapshot } from "./snapshot-commands.ts";
import { addVoter, removeVoter, showVoters, transferLeadership } from "./voter-commands.ts";

interface OutputFlags extends AdministratorFiles {
  readonly output: OutputFormat;
}

export function addVoterCommands(program: Command, actions: CliActions, io: CliSurroundings): void {
  const voters = program.command("voters").description("the boards that take part in the fleet's decisions");
  administratorOptions(voters.command("list").description("show the voters, who leads, and how far each is"))
    .addOption(outputOption())
    .action(async (flags: OutputFlags) => showVoters(await actions.connect(flags), flags.output, io));
  const changes = [
    ["add", "make a board of the fleet a voter", "<node>", addVoter],
    ["remove", "take a voter out; its board stays in the fleet", "<voter>", removeVoter],
    ["transfer", "make another voter lead", "<voter>", transferLeadership],
  ] as const;
  for (const [name, description, argument, change] of changes) {
    administratorOptions(voters.command(name).description(description))
      .argument(argument, "the board's name", voterValue)
      .addOption(outputOption())
      .action(async (voter: string, flags: OutputFlags) => {
        await change(await actions.connect(flags), voter, flags.output, io);
      });
  }
}

export function addEncryptionCommands(program: Command, actions: CliActions, io: CliSurroundings): void {
  const encryption = program.command("encryption").description("the key that the fleet's secrets are encrypted with");
  administratorOptions(encryption.command("status").description("show which key it is, and who has taken it over"))
    .addOption(outputOption())
    .action(async (flags: OutputFlags) => showEncryption(await actions.connect(flags), flags.output, io));
  administratorOptions(encryption.command("rotate").description("make a new key, and write all secrets anew with it"))
    .addOption(outputOption())
    .action(async (flags: OutputFlags) => rotateEncryption(await actions.connect(flags), flags.output, io));
}

export function addSnapshotCommands(program: Command, actions: CliActions, io: CliSurroundings): void {
  const snapshot = program.command("snapshot").description("the fleet's whole state as one file");
  administratorOptions(snapshot.command("save").description("write the state, its Secrets too, to a file"))
    .argument("<file>", "a new file, which only its owner can read")
    .addOption(outputOption())
    .action((path: string, flags: OutputFlags) => saveSnapshot(actions, flags, path, flags.output, io));
  snapshot
    .command("inspect")
    .description("check a file and show what it holds")
    .argument("<file>")
    .addOption(outputOption())
    .action((path: string, { output }: OutputFlags) => inspectSnapshot(actions, path, output, io));
  boardOptions(snapshot.command("restore").description("found the fleet anew from a file, with this board alone"))
    .argument("<file>")
    .option("--fleet <name>", "another name, for a copy beside the fleet itself", nameValue("--fleet"))
    .addOption(outputOption())
    .action((path: string, flags: BoardFlags & OutputFlags & { fleet?: string }) => {
      const { fleet, output, dataDir } = flags;
      const options = { ...boardOf(flags), path, ...(fleet === undefined ? {} : { fleet }) };
      return restoreSnapshot(actions, options, { output, runLine: runLine(dataDir) }, io);
    });
}

function outputOption(): Option {
  return new Option("-o, --output <format>", "text or json").argParser(outputValue).default("text");
}
