/**
 * The configuration file of `bramble run`: the same words as its flags, which go before. A word that is not known is
 * refused, so that a slip of the pen does not leave a board running as nobody meant it to.
 */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { messageOf, UsageError } from "../lib/errors.ts";
import { auditLevels, logLevels } from "./cli-actions.ts";
import { durationValue, intervalValue, revisionsMax, revisionsMin } from "./option-values.ts";

export const defaultConfigurationPath = "/etc/bramble/config.yaml";

const absolutePath = z.string().regex(/^\//, "must be an absolute path");
const duration = (key: string) => z.string("must be a duration, as in 24h").transform(durationValue(key));
const interval = (key: string) => z.string('must be a duration, as in 30s, or "0"').transform(intervalValue(key));

/** Every key is the name of a flag of `bramble run`, without its hyphens. */
export const configurationSchema = z
  .strictObject({
    dataDir: absolutePath.meta({
      description:
        "Where the board keeps what it must not lose: its keys, the fleet's state where it is a voter, and volumes. The service of the package looks for the fleet in `/var/lib/bramble`: for another place give it another `ConditionPathExists` with `systemctl edit bramble`.",
    }),
    logLevel: z.enum(logLevels).meta({ description: "How much it says of what it does." }),
    history: z.int().min(revisionsMin).max(revisionsMax).meta({
      description:
        "How many past changes a voter remembers while it leads, for watches to resume from after a link was down. More takes more memory.",
    }),
    historyAge: duration("historyAge").meta({
      description: "Or those of so long, if they are fewer. A number and `s`, `m`, `h` or `d`.",
    }),
    auditLog: absolutePath.meta({
      description: "A file in which a voter notes what is asked of it, in at most 32 MB. Nothing is noted without.",
    }),
    auditLevel: z
      .enum(auditLevels)
      .meta({ description: "Who did what (`Metadata`), or also what was submitted (`Request`)." }),
    telemetryInterval: interval("telemetryInterval").meta({
      description: "How often the board measures itself and says so over MQTT; `0` for never. Metered boards: 15m.",
    }),
    metered: z.boolean("must be true or false").meta({
      description:
        "Say as little as will do, on a link that costs money; a lost board is noticed after 90 s instead of 6.",
    }),
    homeAssistant: z.boolean("must be true or false").meta({
      description: "Where the board is a voter, show each board of the fleet to Home Assistant as a device.",
    }),
    serverName: z
      .array(z.string().regex(/^[a-z0-9.-]+$/i, "must be a host name"))
      .meta({ description: "Other names of this voter in browsers, besides those of its certificate." }),
  })
  .partial();

export type Configuration = z.infer<typeof configurationSchema>;

/**
 * Reads the file. That there is none is only a mistake where somebody named it. Throws `UsageError`, with the line, for
 * what it must not say.
 */
export function readConfiguration(path: string | undefined): Configuration {
  let text: string;
  try {
    text = readFileSync(path ?? defaultConfigurationPath, "utf8");
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (path === undefined && isMissing) return {};
    throw new UsageError(
      `${path ?? defaultConfigurationPath} cannot be read (${messageOf(cause)}): mend it, or name another file with --config`,
      { cause },
    );
  }
  return parseConfiguration(text, path ?? defaultConfigurationPath);
}

/** `path` is for what is said about mistakes. */
export function parseConfiguration(text: string, path: string): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw new UsageError(`${path} is not YAML: ${mistake.message.split("\n")[0]}`);
  const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
  const lineOf = (key: PropertyKey | undefined): string => {
    const node: unknown = key === undefined ? undefined : document.get(String(key), true);
    const start =
      typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? node.range[0] : 0;
    return `${path}:${lines.linePos(Number(start)).line}`;
  };
  try {
    const parsed = configurationSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    if (issue?.code === "unrecognized_keys") {
      const [key = ""] = issue.keys;
      throw new UsageError(`${lineOf(key)} says ${key}, which is not known: ${hintFor(key)}`);
    }
    const [key] = issue?.path ?? [];
    throw new UsageError(
      key === undefined
        ? `${path} must hold one \`key: value\` a line: see docs/configuration.md`
        : `${lineOf(key)}: ${String(key)} ${issue?.message.toLowerCase() ?? "will not do"}`,
    );
  } catch (error) {
    // What a duration's own parser says names the key, but not the file.
    if (error instanceof UsageError && !error.message.startsWith(path))
      throw new UsageError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Lets the file speak where neither a flag nor the environment did. */
export function applyConfiguration(command: Command, configuration: Configuration): void {
  for (const [key, value] of Object.entries(configuration)) {
    const source = command.getOptionValueSource(key);
    if (source === undefined || source === "default") command.setOptionValueWithSource(key, value, "config");
  }
}

function hintFor(unknown: string): string {
  const known = Object.keys(configurationSchema.shape);
  const [nearest] = known
    .map((key) => ({ key, distance: editDistance(unknown.toLowerCase().replaceAll(/[-_]/g, ""), key.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined && nearest.distance <= Math.max(2, unknown.length / 3))
    return `did you mean ${nearest.key}?`;
  return `use one of ${known.join(", ")}`;
}

/** How many letters must be put in, taken out or changed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
