/** Scenario files: a story, then blocks of commands and what they print, `commands / ---- / output`, split by empty lines. */

export interface ScenarioBlock {
  readonly commands: readonly string[];
  readonly output: string;
}

export interface ScenarioFile {
  /** Lines that begin with `#`. */
  readonly story: string;
  readonly blocks: readonly ScenarioBlock[];
}

const divider = "----";

/** Throws for a file that does not open with its story. */
export function parseScenario(text: string): ScenarioFile {
  const lines = text.trimEnd().split("\n");
  const storyEnd = lines.findIndex((line) => !line.startsWith("#"));
  if (storyEnd < 1) throw new Error("a scenario opens with its story, in lines that begin with #");
  const blocks = lines
    .slice(storyEnd)
    .join("\n")
    .split(/\n\n+/)
    .map((block) => block.trim())
    .filter((block) => block !== "");
  return { story: lines.slice(0, storyEnd).join("\n"), blocks: blocks.map(parseBlock) };
}

function parseBlock(text: string): ScenarioBlock {
  const lines = text.split("\n");
  const end = lines.indexOf(divider);
  const commands = end < 0 ? lines : lines.slice(0, end);
  return { commands, output: end < 0 ? "" : lines.slice(end + 1).join("\n") };
}

export function renderScenario(file: ScenarioFile): string {
  const blocks = file.blocks.map(({ commands, output }) => [...commands, divider, output].join("\n"));
  return `${[file.story, ...blocks].join("\n\n")}\n`;
}
