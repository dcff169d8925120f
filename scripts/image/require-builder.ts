/** Whether this machine can build images; each want is one line that says what to do. */
import { spawnSync } from "node:child_process";
import { UsageError } from "../../src/lib/errors.ts";

/** Throws `UsageError`. */
export function requireBuilder(): void {
  if (process.getuid?.() !== 0) throw new UsageError("an image's files belong to root: run it with sudo");
  const runsArm64 = process.arch === "arm64" || spawnSync("arch-test", ["arm64"]).status === 0;
  if (!runsArm64) {
    throw new UsageError("this machine cannot run programs for arm64, nor emulate them: run scripts/setup image");
  }
}
