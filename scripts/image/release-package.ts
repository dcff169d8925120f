/** Where `scripts/release` leaves bramble's package. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";

const releaseDirectory = join(import.meta.dirname, "../../dist/release");

/** Throws `UsageError` before the first release was built. */
export function debForArm64(): string {
  const names = existsSync(releaseDirectory) ? readdirSync(releaseDirectory) : [];
  const name = names
    .filter((each) => each.endsWith("_arm64.deb"))
    .sort()
    .at(-1);
  if (name !== undefined) return join(releaseDirectory, name);
  throw new UsageError(
    "there is no package of bramble for arm64 in dist/release: run scripts/release, or use --bramble",
  );
}
