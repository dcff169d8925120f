/** Writes `docs/configuration.md` from the schema of the configuration file and the flags of `bramble run`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Option } from "commander";
import { z } from "zod";
import { configurationSchema, defaultConfigurationPath } from "../src/cli/configuration.ts";
import { wordsOfBramble } from "../src/cli/testing/bramble-command.ts";

const propertySchema = z.object({
  type: z.string(),
  description: z.string(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

const referencePath = join(import.meta.dirname, "../docs/configuration.md");

export function configurationReference(): string {
  const run = runCommandOf(wordsOfBramble());
  const { properties = {} } = z.toJSONSchema(configurationSchema, { io: "input" });
  const chapters = Object.entries(properties).map(([key, schema]) => {
    const property = propertySchema.parse(schema);
    const option = run.options.find((candidate) => candidate.attributeName() === key);
    if (option === undefined) throw new Error(`the configuration has ${key}, but \`bramble run\` has no such flag`);
    return `## ${key}

${property.description}

| values | default | flag |
|---|---|---|
| ${valuesOf(property)} | ${defaultOf(option)} | \`${option.long}\`${option.envVar === undefined ? "" : `, \`${option.envVar}\``} |
`;
  });
  return `# Configuration

\`bramble run\` reads \`${defaultConfigurationPath}\`, or the file that \`--config\` or \`BRAMBLE_CONFIG\` names. It is YAML, one
\`key: value\` a line; a sample is in \`config/bramble.yaml\`. What a flag or an environment variable says goes before the
file. An unknown key is refused. Restart the service for a change to take effect: \`systemctl restart bramble\`; pods run on.

What a board is (its name, its address, its ports, its fleet) is not configured here: \`bramble init\` and \`bramble join\`
settle it.

This page is made from the program by \`scripts/configuration-reference\`.

${chapters.join("\n")}`;
}

function valuesOf(property: z.infer<typeof propertySchema>): string {
  if (property.enum !== undefined) return property.enum.map((value) => `\`${value}\``).join(", ");
  if (property.maximum === undefined) return property.type === "boolean" ? "`true`, `false`" : property.type;
  return `${property.type}, ${property.minimum} to ${property.maximum}`;
}

function defaultOf({ defaultValueDescription, defaultValue }: Option): string {
  const text = defaultValueDescription ?? defaultValue;
  return text === undefined ? "–" : `\`${String(text)}\``;
}

/** Whose flags the file stands in for. */
export function runCommandOf(program: Command): Command {
  const run = program.commands.find((command) => command.name() === "run");
  if (run === undefined) throw new Error("there is no `bramble run` any more");
  return run;
}

if (import.meta.main) writeFileSync(referencePath, configurationReference());
