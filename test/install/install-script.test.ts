/** What `install.sh` refuses before it changes anything, run as it is; no release in these tests can be placed. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";

const script = join(import.meta.dirname, "../../scripts/install.sh");
const addressSchema = z.object({ port: z.int() });
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

  it("downloads a release, and holds it against the checksums that were named", async () => {
    const digest = createHash("sha256").update("the real one").digest("hex");
    const sums = ["amd64", "arm64"].map((name) => `${digest}  bramble_1.0.0_${name}.deb\n`).join("");
    const asked: string[] = [];
    const server = createServer(({ url = "" }, answer) => {
      asked.push(url);
      answer.end(url === "/release/SHA256SUMS" ? sums : "another one");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = addressSchema.parse(server.address());
    const url = `http://127.0.0.1:${port}/release/`;
    const { code, said } = await install("--url", url, "--sums", createHash("sha256").update(sums).digest("hex"));
    server.close();
    expect(asked).toHaveLength(2);
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
