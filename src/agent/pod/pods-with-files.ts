import { readdir } from "node:fs/promises";

/** The uids of pods that have a directory in `podsDirectory`, which need not exist. */
export async function podsWithFiles(podsDirectory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(podsDirectory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw cause;
  }
}
