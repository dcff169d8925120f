/** The words for looking at objects. */
import { type Command, Option } from "commander";
import { textTable } from "../output.ts";
import { administratorOptions } from "../shared-options.ts";
import { describeObjects } from "./describe-command.ts";
import { showEvents } from "./events-command.ts";
import { getObjects } from "./get-command.ts";
import { type Flags, type Open, outputOption, placed, selectorOption } from "./object-options.ts";
import { topNodes, topPods } from "./top-command.ts";

export function addReadingCommands(program: Command, open: Open): void {
  placed(program.command("get").description("show objects"), true)
    .argument("<objects...>", "a kind, a kind and names, or KIND/NAME")
    .addOption(outputOption())
    .addOption(selectorOption())
    .option("--field-selector <fields>", "objects with these fields, as in spec.nodeName=b1")
    .option("--show-labels", "with their labels", false)
    .option("--no-headers", "without the heading")
    .option("-w, --watch", "go on showing what changes", false)
    .option("--ignore-not-found", "say nothing where there is no such object", false)
    .action(async (words: string[], flags: Flags & Parameters<typeof getObjects>[2]) =>
      getObjects(await open(flags), words, flags),
    );
  placed(program.command("describe").description("show all that is known of objects, and their events"), true)
    .argument("<objects...>", "a kind, a kind and names, or KIND/NAME")
    .addOption(selectorOption())
    .addOption(new Option("--show-events <bool>", "with events").default(true).argParser((text) => text !== "false"))
    .action(async (words: string[], flags: Flags & Parameters<typeof describeObjects>[2]) =>
      describeObjects(await open(flags), words, flags),
    );
  placed(program.command("events").description("show what happened lately"), true)
    .option("--for <object>", "to this object, as in pod/web-0")
    .addOption(new Option("--types <types>", "of these types, as in Warning").argParser((text) => text.split(",")))
    .option("-w, --watch", "go on showing what happens", false)
    .action(async (flags: Flags & Parameters<typeof showEvents>[1]) => showEvents(await open(flags), flags));
  administratorOptions(program.command("api-resources").description("show the kinds that the fleet serves"))
    .addOption(new Option("-o, --output <form>", "name").choices(["name"]))
    .action(async (flags: Flags & { readonly output?: string }) => {
      const { kinds, io } = await open(flags);
      if (flags.output === "name") {
        for (const { plural, group } of kinds.all()) io.out(`${plural}${group === "" ? "" : `.${group}`}\n`);
        return;
      }
      const rows = kinds
        .all()
        .map(({ plural, shortNames, group, version, namespaced, kind }) => [
          plural,
          shortNames.join(","),
          `${group === "" ? "" : `${group}/`}${version}`,
          String(namespaced),
          kind,
        ]);
      io.out(textTable([["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"], ...rows]));
    });
  const top = program.command("top").description("show what boards and pods use just now");
  placed(top.command("node").alias("nodes").description("processor and memory of boards"))
    .argument("[name]")
    .action(async (name: string | undefined, flags: Flags) => topNodes(await open(flags), name));
  placed(top.command("pod").alias("pods").description("processor and memory of pods"), true)
    .argument("[name]")
    .addOption(selectorOption())
    .option("--containers", "each container by itself", false)
    .action(async (name: string | undefined, flags: Flags & Parameters<typeof topPods>[1]) =>
      topPods(await open(flags), { ...flags, ...(name !== undefined && { name }) }),
    );
}
