/** The words for boards, and for what runs on them. */
import { type Command, Option } from "commander";
import type { CliActions } from "../cli-actions.ts";
import { durationValue } from "../option-values.ts";
import { administratorOptions } from "../shared-options.ts";
import { setSchedulable } from "./board-commands.ts";
import { type DrainFlags, drainBoard } from "./drain-command.ts";
import { executeInPod } from "./exec-command.ts";
import { showLogs } from "./logs-command.ts";
import { type Flags, graceOption, type Open, placed, selectorOption } from "./object-options.ts";
import { naturalValue, optionalDuration } from "./object-values.ts";

export function addBoardServiceCommands(program: Command, open: Open): void {
  for (const [word, schedulable, what] of [
    ["cordon", false, "give a board no new pods"],
    ["uncordon", true, "give a board new pods again"],
  ] as const) {
    administratorOptions(program.command(word).description(what))
      .argument("<board>")
      .action(async (board: string, flags: Flags) => setSchedulable(await open(flags), board, schedulable));
  }
  administratorOptions(program.command("drain").description("send a board's pods away, and give it no new ones"))
    .argument("<board>")
    .option("--ignore-daemonsets", "leave pods of DaemonSets where they are", false)
    .option("--delete-emptydir-data", "although pods keep data there that is lost", false)
    .option("--force", "also pods that nobody makes anew", false)
    .addOption(graceOption())
    .addOption(
      new Option("--timeout <duration>", "at most so long").default(0).argParser(optionalDuration("--timeout")),
    )
    .action(async (board: string, flags: Flags & Omit<DrainFlags, "timeoutMs"> & { readonly timeout: number }) =>
      drainBoard(await open(flags), board, { ...flags, timeoutMs: flags.timeout }),
    );
}

export function addPodCommands(program: Command, actions: CliActions, open: Open): void {
  const sinceValue = durationValue("--since");
  placed(program.command("logs").description("show what a pod prints"))
    .argument("[pod]", "a pod, or KIND/NAME of what has pods")
    .option("-c, --container <name>", "of this container")
    .option("--all-containers", "of all of them", false)
    .option("-f, --follow", "go on showing what it prints", false)
    .option("-p, --previous", "of the container's life before this one", false)
    .option("--timestamps", "with the time of each line", false)
    .addOption(new Option("--tail <lines>", "only so many lines, the last").argParser(naturalValue))
    .addOption(new Option("--since <duration>", "not older than that, as in 10m").argParser(sinceValue))
    .addOption(new Option("--limit-bytes <bytes>", "at most so much").argParser(naturalValue))
    .addOption(selectorOption())
    .option("--prefix", "with the pod's name in front of each line", false)
    .action(
      async (pod: string | undefined, flags: Flags & Parameters<typeof showLogs>[2] & { readonly since?: number }) =>
        showLogs(await open(flags), pod === undefined ? [] : [pod], {
          ...flags,
          ...(flags.since !== undefined && { sinceMs: flags.since }),
        }),
    );
  placed(program.command("exec").description("run a command in a pod"))
    .argument("<pod>")
    .argument("<command...>", "after --")
    .option("-c, --container <name>", "in this container")
    .option("-i, --stdin", "with what this program is given to read", false)
    .option("-t, --tty", "on a terminal", false)
    .action(
      async (
        pod: string,
        command: string[],
        flags: Flags & { readonly container?: string; readonly stdin: boolean; readonly tty: boolean },
      ) => executeInPod(actions, flags, { ...flags, pod, command }),
    );
}
