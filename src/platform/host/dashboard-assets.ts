/** The dashboard's files, in the single executable or beside the program; where they lie is known here alone. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { AssetEncoding, DashboardAsset, DashboardAssets } from "../../apiserver/dashboard/dashboard-assets.ts";
import { assert } from "../../lib/assert.ts";
import { carriedFile } from "./carried-files.ts";

const listSchema = z.array(
  z.object({ name: z.string(), contentType: z.string(), hash: z.string(), isImmutable: z.boolean() }),
);

const suffixes: Readonly<Record<AssetEncoding, string>> = { identity: "", gzip: ".gz", br: ".br" };

/** Beside the bundle, and in `dist` for a program that runs from its sources. */
function places(): readonly string[] {
  const program = dirname(process.argv[1] ?? ".");
  return [join(program, "dashboard"), join(program, "../../dist/dashboard")];
}

/** Undefined where this program was built without. Files are read when they are asked for: they need no memory. */
export async function openDashboardAssets(directories = places()): Promise<DashboardAssets | undefined> {
  const carried = carriedFile("dashboard/assets.json");
  if (carried !== undefined) return assetsOf(parseList(carried.toString()), async (name) => carriedBytes(name));
  for (const directory of directories) {
    const list = await readList(directory);
    if (list !== undefined) return assetsOf(list, (name) => readFile(join(directory, name)));
  }
  return undefined;
}

async function readList(directory: string): Promise<readonly DashboardAsset[] | undefined> {
  try {
    return parseList(await readFile(join(directory, "assets.json"), "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function parseList(text: string): readonly DashboardAsset[] {
  return listSchema.parse(JSON.parse(text));
}

function carriedBytes(name: string): Uint8Array {
  const bytes = carriedFile(`dashboard/${name}`);
  assert(bytes !== undefined, "the list of carried files names what is carried");
  return bytes;
}

function assetsOf(list: readonly DashboardAsset[], read: (fileName: string) => Promise<Uint8Array>): DashboardAssets {
  const byName = new Map(list.map((asset) => [asset.name, asset]));
  return {
    find: (name) => byName.get(name),
    read: ({ name }, encoding) => read(`${name}${suffixes[encoding]}`),
  };
}
