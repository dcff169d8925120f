/** The command line of `scripts/release`. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Command, Option } from "commander";
import { messageOf } from "../src/lib/errors.ts";
import { type Architecture, architectures } from "./releasing/architectures.ts";
import { writeChecksums } from "./releasing/checksums.ts";
import { type Compression, makeDebianPackage } from "./releasing/debian-package.ts";
import { runTool } from "./releasing/run-tool.ts";
import { makeSingleExecutable } from "./releasing/single-executable.ts";
import { apiReadyMs, versionMs } from "./releasing/start-times.ts";

const root = join(import.meta.dirname, "..");

interface Flags {
  readonly arch?: Architecture["name"];
  readonly out: string;
  readonly compression: Compression;
  readonly figures: boolean;
}

await new Command("release")
  .description("Builds what people install: an executable and a Debian package for each architecture, and checksums.")
  .addOption(new Option("--arch <name>", "for one architecture only").choices(architectures.map(({ name }) => name)))
  .option("--out <dir>", "where to put it", join(root, "dist/release"))
  .addOption(new Option("--compression <kind>", "of the packages; gzip is quick").choices(["xz", "gzip"]).default("xz"))
  .option("--no-figures", "do not measure how long they take to start")
  .action(async (flags: Flags) => {
    const { arch, out } = flags;
    const wanted = architectures.filter(({ name }) => arch === undefined || name === arch);
    // What an earlier release left there is not of this one.
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const scratch = mkdtempSync(join(tmpdir(), "bramble-release-"));
    try {
      for (const architecture of wanted) await release(architecture, scratch, flags);
      // What `install.sh` places by itself where there is no dpkg, and itself, so that the directory is all it takes.
      copyFileSync(join(root, "packaging/bramble.service"), join(out, "bramble.service"));
      copyFileSync(join(root, "config/bramble.yaml"), join(out, "config.yaml"));
      copyFileSync(join(root, "scripts/install.sh"), join(out, "install.sh"));
      writeChecksums(out);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`release: ${messageOf(error)}`);
    process.exitCode = 1;
  });

async function release(architecture: Architecture, scratch: string, flags: Flags): Promise<void> {
  const { out, compression, figures } = flags;
  const executable = join(out, `bramble-linux-${architecture.name}`);
  const notices = await makeSingleExecutable(architecture, scratch, executable);
  console.log(`${basename(executable).padEnd(28)} ${megabytes(executable)}`);
  const sourceDateEpoch = Number(
    process.env["SOURCE_DATE_EPOCH"] ?? (await runTool(["git", "log", "-1", "--format=%ct"])),
  );
  const file = await makeDebianPackage(
    { architecture, executable, notices, compression, sourceDateEpoch },
    join(scratch, `${architecture.name}-package`),
    out,
  );
  console.log(`${basename(file).padEnd(28)} ${megabytes(file)}`);
  if (!figures) return;
  const emulated = process.arch === architecture.name ? "" : " (emulated)";
  console.log(
    `${"  bramble version".padEnd(28)} ${milliseconds(await versionMs(architecture, executable))}${emulated}`,
  );
  const readyMs = await apiReadyMs(architecture, executable);
  if (readyMs !== undefined) console.log(`${"  exec to API ready".padEnd(28)} ${milliseconds(readyMs)}`);
}

function megabytes(path: string): string {
  return `${(statSync(path).size / 1e6).toFixed(1).padStart(7)} MB`;
}

function milliseconds(duration: number): string {
  return `${duration.toFixed(0).padStart(7)} ms`;
}
