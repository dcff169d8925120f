/** The dashboard's files as the build leaves them beside the program; where they lie is known here alone. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { AssetEncoding, DashboardAsset, DashboardAssets } from "../../apiserver/dashboard/dashboard-assets.ts";

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
  for (const directory of directories) {
    const list = await readList(directory);
    if (list !== undefined) return assetsIn(directory, list);
  }
  return undefined;
}

async function readList(directory: string): Promise<readonly DashboardAsset[] | undefined> {
  try {
    return listSchema.parse(JSON.parse(await readFile(join(directory, "assets.json"), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function assetsIn(directory: string, list: readonly DashboardAsset[]): DashboardAssets {
  const byName = new Map(list.map((asset) => [asset.name, asset]));
  return {
    find: (name) => byName.get(name),
    read: ({ name }, encoding) => readFile(join(directory, `${name}${suffixes[encoding]}`)),
  };
}
