/** The command line of `scripts/release`. */
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { messageOf } from "../src/lib/errors.ts";
import { type Architecture, architectures } from "./releasing/architectures.ts";
import { makeSingleExecutable } from "./releasing/single-executable.ts";

const root = join(import.meta.dirname, "..");

interface Flags {
  readonly arch?: Architecture["name"];
  readonly out: string;
}

await new Command("release")
  .description("Builds what people install: an executable and a Debian package for each architecture, and checksums.")
  .addOption(new Option("--arch <name>", "for one architecture only").choices(architectures.map(({ name }) => name)))
  .option("--out <dir>", "where to put it", join(root, "dist/release"))
  .action(async ({ arch, out }: Flags) => {
    const wanted = architectures.filter(({ name }) => arch === undefined || name === arch);
    mkdirSync(out, { recursive: true });
    const scratch = mkdtempSync(join(tmpdir(), "bramble-release-"));
    try {
      for (const architecture of wanted) await release(architecture, scratch, out);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`release: ${messageOf(error)}`);
    process.exitCode = 1;
  });

async function release(architecture: Architecture, scratch: string, out: string): Promise<void> {
  const executable = join(out, `bramble-linux-${architecture.name}`);
  await makeSingleExecutable(architecture, scratch, executable);
  console.log(`${executable}  ${megabytes(executable)}`);
}

function megabytes(path: string): string {
  return `${(statSync(path).size / 1e6).toFixed(1)} MB`;
}
