/** The reference of the command line as Markdown, made from the words themselves. */
import type { Argument, Command, Option } from "commander";
import { wordsOfBramble } from "../src/cli/testing/bramble-command.ts";

/** `docs/command-line.md`. */
export function commandLineDocument(): string {
  const program = wordsOfBramble();
  const commands = leavesOf(program);
  const contents = commands.map((command) => `- [\`${nameOf(command)}\`](#${anchorOf(command)}): ${textOf(command)}`);
  return `${[
    "# The command line",
    "Made from the program's own words by `npx tsx scripts/command-line-docs.ts`; a test keeps it current.\n" +
      "`bramble help <command>` shows the same at a shell.",
    contents.join("\n"),
    ...commands.flatMap(sectionOf),
  ].join("\n\n")}\n`;
}

/** Commands that do something, those of groups under their groups' names. */
function leavesOf(command: Command): readonly Command[] {
  const below = command.commands.filter((each) => each.name() !== "help");
  return below.length === 0 ? [command] : below.flatMap(leavesOf);
}

function sectionOf(command: Command): readonly string[] {
  const usage = [nameOf(command), ...command.registeredArguments.map(usageOf)].join(" ");
  const args = command.registeredArguments.filter(({ description }) => description !== "");
  const options = command.options.filter(({ hidden }) => !hidden);
  return [
    `## ${nameOf(command)}`,
    `${capital(textOf(command))}.`,
    `\`\`\`\n${usage}${options.length > 0 ? " [options]" : ""}\n\`\`\``,
    ...(args.length === 0
      ? []
      : [
          table(
            "argument",
            args.map((argument) => [usageOf(argument), argument.description]),
          ),
        ]),
    ...(options.length === 0
      ? []
      : [
          table(
            "option",
            options.map((option) => [option.flags, optionText(option)]),
          ),
        ]),
  ];
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** As GitHub makes it of a heading. */
function anchorOf(command: Command): string {
  return nameOf(command).toLowerCase().replaceAll(" ", "-");
}

function textOf(command: Command): string {
  return command.description();
}

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText({
  description,
  defaultValue,
  defaultValueDescription,
  envVar,
  argChoices,
  mandatory,
}: Option): string {
  const shown = defaultValueDescription ?? (typeof defaultValue === "boolean" ? undefined : defaultValue);
  const notes = [
    ...(mandatory && shown === undefined ? ["required"] : []),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(", ")}`]),
    ...(shown === undefined || (Array.isArray(shown) && shown.length === 0) || shown === ""
      ? []
      : [`default \`${shown}\``]),
    ...(envVar === undefined ? [] : [`or \`${envVar}\` in the environment`]),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join("; ")})`;
}

function table(what: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([name, text]) => `| \`${name}\` | ${text.replaceAll("|", "\\|")} |`);
  return [`| ${what} | |`, "|---|---|", ...lines].join("\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
