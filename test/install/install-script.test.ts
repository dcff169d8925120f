/** What `install.sh` refuses before it changes anything, run as it is; no release in these tests can be placed. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const script = join(import.meta.dirname, "../../scripts/install.sh");
const scratch: string[] = [];
afterEach(() => {
  for (const directory of scratch.splice(0)) rmSync(directory, { recursive: true });
});

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "bramble-install-script-"));
  scratch.push(made);
  return made;
}

function install(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile("bash", [script, ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr });
    });
  });
}

describe("install.sh", () => {
  it.each([
    [["--colour", "red"], "unknown argument '--colour'"],
    [["--join"], "--join needs a value"],
    [["--join", "10.0.0.1"], "--join needs --token: make one with 'bramble token create'"],
    [["--token", "BR1x"], "say where with --join ADDRESS"],
    [["--voter"], "the first board of a fleet always votes"],
    [["--wait", "soon"], "is not a number of seconds"],
    [["--url", "http://example.org/"], "is not https"],
    [[], "there is no release beside"],
  ])("refuses %j and says what to do", async (args, message) => {
    const { code, said } = await install(...args);
    expect(said).toContain(message);
    expect(code).toBe(1);
  });

  it("shows how it is used", async () => {
    const { code, said } = await install("--help");
    expect(code).toBe(0);
    expect(said).toMatch(/--join ADDRESS +BRAMBLE_JOIN/);
  });

  it("runs and places nothing of a release that is not what its checksums say", async () => {
    const files = directory();
    const names = ["bramble_1.0.0_amd64.deb", "bramble_1.0.0_arm64.deb"];
    const digest = createHash("sha256").update("the real one").digest("hex");
    for (const name of names) writeFileSync(join(files, name), "another one");
    writeFileSync(join(files, "SHA256SUMS"), names.map((name) => `${digest}  ${name}\n`).join(""));
    const { code, said } = await install("--files", files);
    expect(said).toContain("is not what SHA256SUMS says: it was cut short or changed");
    expect(code).toBe(1);
  });

  it("does not believe checksums that are not the ones that were named", async () => {
    const files = directory();
    writeFileSync(join(files, "SHA256SUMS"), "");
    const { code, said } = await install("--files", files, "--sums", "0".repeat(64));
    expect(said).toContain("SHA256SUMS is not the one that --sums names");
    expect(code).toBe(1);
  });
});
