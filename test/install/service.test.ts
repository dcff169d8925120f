import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

it("the service's unit has nothing that systemd does not know or would ignore", () => {
  const scratch = mkdtempSync(join(tmpdir(), "bramble-unit-"));
  try {
    const executable = join(scratch, "bramble");
    mkdirSync(scratch, { recursive: true });
    writeFileSync(executable, "#!/bin/sh\n");
    chmodSync(executable, 0o755);
    const unit = join(scratch, "bramble.service");
    const text = readFileSync(join(root, "packaging/bramble.service"), "utf8");
    writeFileSync(unit, text.replaceAll("/usr/bin/bramble", executable));
    // A key that it does not know is a warning only, and its status says nothing of those.
    const { stdout, stderr, status } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
    expect(
      stdout +
        stderr
          .split("\n")
          .filter((line) => line.includes("bramble"))
          .join("\n"),
    ).toBe("");
    expect(status).toBe(0);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

it("shell scripts have none of the faults that shellcheck knows", () => {
  const tracked = execFileSync("git", ["ls-files", "scripts", "packaging", ".ci"], { cwd: root, encoding: "utf8" });
  const scripts = tracked.split("\n").filter((path) => path !== "" && isShell(join(root, path)));
  expect(scripts.length).toBeGreaterThan(8);
  const { stdout } = spawnSync("shellcheck", ["--severity=warning", ...scripts], { cwd: root, encoding: "utf8" });
  expect(stdout).toBe("");
});

function isShell(path: string): boolean {
  return /^#!.*\b(ba)?sh\b/.test(readFileSync(path, "utf8").slice(0, 40));
}
