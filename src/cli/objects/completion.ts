/** `bramble completion`: a script that lets a shell finish words, made from the program's own words. */
import type { Command } from "commander";
import { UsageError } from "../../lib/errors.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export function shellValue(text: string): Shell {
  const shell = shells.find((known) => known === text);
  if (shell !== undefined) return shell;
  throw new UsageError(`${JSON.stringify(text)} is no shell that bramble knows: use one of ${shells.join(", ")}`);
}

/** The words that may follow: commands by the words before them, and the options of each. */
interface Words {
  /** `rollout`, or empty for the program itself. */
  readonly path: string;
  readonly commands: readonly string[];
  readonly options: readonly string[];
}

export function completionScript(program: Command, shell: Shell): string {
  const words = wordsOf(program, "");
  switch (shell) {
    case "bash":
      return bashScript(words);
    case "zsh":
      return `#compdef bramble\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(words)}`;
    case "fish":
      return fishScript(words);
  }
}

function wordsOf(command: Command, path: string): Words[] {
  const { commands } = command;
  const options = command.options.flatMap(({ long }) => (long === null || long === undefined ? [] : long));
  const own = { path, commands: commands.flatMap((each) => [each.name(), ...each.aliases()]), options };
  return [own, ...commands.flatMap((each) => wordsOf(each, `${path} ${each.name()}`.trim()))];
}

/** Kinds, boards and names of objects are asked of the fleet when the word before them wants one. */
function bashScript(words: readonly Words[]): string {
  const cases = words.map(
    ({ path, commands, options }) =>
      `    "${path}") commands="${commands.join(" ")}"; options="${options.join(" ")}" ;;`,
  );
  return `_bramble() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word known commands options
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    known="\${path:+$path }$word"
    case "$known" in
${words
  .filter(({ path }) => path !== "")
  .map(({ path }) => `      "${path}") path="$known" ;;`)
  .join("\n")}
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -n $commands ]]; then
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  elif [[ $path == cordon || $path == uncordon || $path == drain ]]; then
    COMPREPLY=($(compgen -W "$(bramble get nodes -o name 2>/dev/null | cut -d/ -f2)" -- "$current"))
  elif [[ $path == logs || $path == exec ]]; then
    COMPREPLY=($(compgen -W "$(bramble get pods -o name 2>/dev/null | cut -d/ -f2)" -- "$current"))
  elif [[ \${COMP_WORDS[COMP_CWORD-1]} == "\${path##* }" ]]; then
    COMPREPLY=($(compgen -W "$(bramble api-resources -o name 2>/dev/null)" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$(bramble get "\${COMP_WORDS[COMP_CWORD-1]}" -o name 2>/dev/null | cut -d/ -f2)" -- "$current"))
  fi
}
complete -o default -F _bramble bramble
`;
}

function fishScript(words: readonly Words[]): string {
  const lines = words.flatMap(({ path, commands, options }) => {
    const steps = path.split(" ").filter(Boolean);
    const seen = steps.map((step) => `__fish_seen_subcommand_from ${step}`).join("; and ");
    const none = commands.length === 0 ? "" : `not __fish_seen_subcommand_from ${commands.join(" ")}`;
    const here = [seen, none].filter(Boolean).join("; and ");
    return [
      ...(commands.length === 0 ? [] : [`complete -c bramble -f -n '${here}' -a '${commands.join(" ")}'`]),
      ...options.map(
        (option) => `complete -c bramble ${seen === "" ? "" : `-n '${seen}' `}-l ${option.replace(/^--/, "")}`,
      ),
    ];
  });
  return `${lines.join("\n")}\n`;
}
