/** What a board's image is made of: one YAML file of `firmware-images/` a board kind, and how it is read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { messageOf, UsageError } from "../../src/lib/errors.ts";

export const recipesDirectory = join(import.meta.dirname, "../../firmware-images");

const debianPackage = z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, "must be the name of a Debian package");
const suite = z.string().regex(/^[a-z]+(-backports)?$/, "must be a Debian release such as bookworm");
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, "must be a file's name without a path");
const word = z.string().regex(/^\S+$/, "must be one word: give several as several items");
const mib = z.int().positive();

const raspberryPiBootSchema = z.strictObject({
  method: z.literal("raspberry-pi"),
  /** Of the package raspi-firmware; none where the board has its boot program in a chip of its own. */
  firmwareFiles: z.array(fileName),
  /** Of the kernel's package, in its directory `broadcom`. */
  deviceTrees: z.array(fileName).min(1),
  /** More lines for `config.txt`. */
  config: z.array(z.string().regex(/^[^\n]+$/)).default([]),
});
const uefiBootSchema = z.strictObject({
  method: z.literal("uefi"),
  /** systemd-boot, as the medium's default loader, for firmware that has no entries of its own. */
  loader: z.literal("systemd-boot"),
});

export const recipeSchema = z.strictObject({
  /** As `scripts/build-image` takes it, and the file's own name. */
  board: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be lower-case letters, digits and hyphens"),
  title: z.string().min(1),
  debian: z.strictObject({ suite, mirror: z.url().default("http://deb.debian.org/debian") }),
  kernel: z.strictObject({
    package: debianPackage,
    /** The suite it comes from where that is another than the rest's. */
    suite: suite.optional(),
    /** What the card or disk is reached with, in the first file system; what they need is found out. */
    modules: z.array(word).min(1),
  }),
  boot: z.discriminatedUnion("method", [raspberryPiBootSchema, uefiBootSchema]),
  /** For radios and the like, from non-free-firmware. */
  firmwarePackages: z.array(debianPackage).default([]),
  packages: z.array(debianPackage).default([]),
  /** Where the kernel speaks, as `console=` takes it; the last one is `/dev/console`. */
  consoles: z.array(word).min(1),
  commandLine: z.array(word).default([]),
  partitions: z.strictObject({
    table: z.enum(["dos", "gpt"]),
    bootMib: mib.min(64),
    rootMib: mib.min(256),
    /** As flashed; it grows to the end of the card at the first boot. */
    dataMib: mib.min(64),
  }),
  root: z.strictObject({
    /** Written by flashing alone: what changes is kept on the data partition. */
    readMostly: z.boolean(),
    why: z.string().min(1),
  }),
  /** What does not work, or was not seen to: said when an image is built. */
  caveats: z.array(z.string().min(1)).default([]),
});
export type Recipe = z.infer<typeof recipeSchema>;
export type Boot = Recipe["boot"];

/** Throws `UsageError` that names each mistake and where it is. */
export function parseRecipe(text: string, file: string): Recipe {
  const mistake = (what: string) => new UsageError(`${file} is no recipe: ${what}`);
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw mistake(messageOf(cause).split("\n")[0] ?? "");
  }
  const parsed = recipeSchema.safeParse(document);
  if (!parsed.success) throw mistake(z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " "));
  if (`${parsed.data.board}.yaml` !== file) {
    throw mistake(`it says that it is for '${parsed.data.board}', so it must be called ${parsed.data.board}.yaml`);
  }
  return parsed.data;
}

/** The boards that have a recipe, sorted. */
export function knownBoards(): string[] {
  return readdirSync(recipesDirectory)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .sort();
}

/** Throws `UsageError` for a board without a recipe. */
export function readRecipe(board: string): Recipe {
  const boards = knownBoards();
  if (!boards.includes(board)) {
    throw new UsageError(`there is no recipe for '${board}': use one of ${boards.join(", ")}`);
  }
  return parseRecipe(readFileSync(join(recipesDirectory, `${board}.yaml`), "utf8"), `${board}.yaml`);
}
