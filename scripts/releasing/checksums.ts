import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `SHA256SUMS`, which `sha256sum --check` and `install.sh` read, for every other file of the directory. */
export function writeChecksums(directory: string): void {
  const names = readdirSync(directory)
    .filter((name) => name !== "SHA256SUMS")
    .sort();
  const lines = names.map((name) => {
    const digest = createHash("sha256")
      .update(readFileSync(join(directory, name)))
      .digest("hex");
    return `${digest}  ${name}\n`;
  });
  writeFileSync(join(directory, "SHA256SUMS"), lines.join(""));
}
