/** The words for changing objects. */
import { type Command, Option } from "commander";
import { applyObjects } from "./apply-command.ts";
import { deleteObjects } from "./delete-command.ts";
import { readManifests } from "./manifests.ts";
import { type Mark, markObjects } from "./mark-commands.ts";
import {
  dryRunOption,
  type Flags,
  graceOption,
  type Open,
  outputOption,
  placed,
  selectorOption,
} from "./object-options.ts";
import { naturalValue, optionalDuration } from "./object-values.ts";
import { restartRollout, rolloutHistory, rolloutStatus, undoRollout } from "./rollout-commands.ts";

export function addChangingCommands(program: Command, open: Open): void {
  placed(program.command("apply").description("make objects what manifests say"))
    .requiredOption("-f, --filename <files...>", "manifests: files, directories, or - for standard input")
    .option("-R, --recursive", "with the directories' directories", false)
    .addOption(dryRunOption())
    .option("--server-side", "as this program always does", true)
    .option("--force-conflicts", "take fields over that others have set", false)
    .option("--field-manager <name>", "in whose name fields are set", "bramble")
    .addOption(outputOption())
    .action(async (flags: Flags & ManifestFlags & Parameters<typeof applyObjects>[2]) =>
      applyObjects(await open(flags), readManifests(flags.filename ?? [], flags.recursive), serverDryRun(flags)),
    );
  placed(program.command("delete").description("delete objects, and wait until they are gone"), true)
    .argument("[objects...]", "a kind and names, or KIND/NAME")
    .option("-f, --filename <files...>", "those in manifests")
    .option("-R, --recursive", "with the directories' directories", false)
    .addOption(selectorOption())
    .option("--all", "all of the kind", false)
    .addOption(graceOption())
    .addOption(
      new Option("--cascade <how>", "what becomes of what they own")
        .choices(["background", "foreground", "orphan"])
        .default("background"),
    )
    .option("--force", "at once, without waiting for the board", false)
    .addOption(new Option("--wait <bool>", "until they are gone").default(true).argParser((text) => text !== "false"))
    .option("--ignore-not-found", "say nothing where there is no such object", false)
    .addOption(dryRunOption())
    .action(async (words: string[], flags: Flags & ManifestFlags & Parameters<typeof deleteObjects>[3]) => {
      const manifests = flags.filename === undefined ? [] : readManifests(flags.filename, flags.recursive);
      await deleteObjects(await open(flags), words, manifests, serverDryRun(flags));
    });
  for (const [word, mark] of [
    ["label", "labels"],
    ["annotate", "annotations"],
  ] as const satisfies [string, Mark][]) {
    placed(program.command(word).description(`set ${mark} with KEY=VALUE, or take them away with KEY-`))
      .argument("<words...>", "objects, then changes")
      .option("--overwrite", "replace values that are there", false)
      .addOption(selectorOption())
      .option("--all", "all of the kind", false)
      .addOption(dryRunOption())
      .action(async (words: string[], flags: Flags & Parameters<typeof markObjects>[3]) =>
        markObjects(await open(flags), mark, words, serverDryRun(flags)),
      );
  }
}

interface ManifestFlags {
  readonly filename?: readonly string[];
  readonly recursive: boolean;
}

/** Commander gives the word after `--dry-run`, or true. */
function serverDryRun<T extends { readonly dryRun: unknown }>(flags: T): T & { readonly dryRun: boolean } {
  return { ...flags, dryRun: flags.dryRun !== false && flags.dryRun !== "none" };
}

export function addRolloutCommands(program: Command, open: Open): void {
  const rollout = program.command("rollout").description("changes of a workload's pods");
  placed(rollout.command("status").description("wait until every board that can be reached has the change"))
    .argument("<object...>", "as in daemonset/web")
    .addOption(
      new Option("-w, --watch <bool>", "until it is at its end").default(true).argParser((text) => text !== "false"),
    )
    .addOption(
      new Option("--timeout <duration>", "at most so long, as in 90s")
        .default(0)
        .argParser(optionalDuration("--timeout")),
    )
    .action(async (words: string[], flags: Flags & { readonly watch: boolean; readonly timeout: number }) =>
      rolloutStatus(await open(flags), words, { watch: flags.watch, timeoutMs: flags.timeout }),
    );
  placed(rollout.command("restart").description("replace all pods, by the same template"))
    .argument("<object...>")
    .action(async (words: string[], flags: Flags) => restartRollout(await open(flags), words));
  placed(rollout.command("history").description("show the revisions that one can go back to"))
    .argument("<object...>")
    .action(async (words: string[], flags: Flags) => rolloutHistory(await open(flags), words));
  placed(rollout.command("undo").description("go back to an earlier revision"))
    .argument("<object...>")
    .addOption(new Option("--to-revision <n>", "which; the one before unless given").default(0).argParser(naturalValue))
    .action(async (words: string[], flags: Flags & { readonly toRevision: number }) =>
      undoRollout(await open(flags), words, flags.toRevision),
    );
}
