import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually } from "../../lib/testing/eventually.ts";
import { pauseImageArchive } from "./pause-image.ts";
import { pauseArchitectures, pauseProgram } from "./pause-program.ts";

describe("the sandbox image", () => {
  it.each(pauseArchitectures)("is a small executable for %s", (architecture) => {
    const program = pauseProgram(architecture);
    expect(program.length).toBeLessThan(300);
    expect(Buffer.from(program.subarray(0, 4)).toString("latin1")).toBe("\x7fELF");
  });

  it("is the same bytes every time", async () => {
    expect(await pauseImageArchive("arm64")).toEqual(await pauseImageArchive("arm64"));
    const directory = await mkdtemp(join(tmpdir(), "bramble-pause-"));
    await writeFile(join(directory, "image.tar"), await pauseImageArchive("arm"));
    const listing = execFileSync("tar", ["-tf", join(directory, "image.tar")], { encoding: "utf8" });
    expect(listing).toMatch(/^[0-9a-f]{64}\.json\nlayer\.tar\nmanifest\.json\n$/);
    await rm(directory, { recursive: true });
  });

  it.runIf(process.arch === "x64")("sleeps without using the processor until it is killed", async () => {
    const directory = await mkdtemp(join(tmpdir(), "bramble-pause-"));
    const path = join(directory, "pause");
    await writeFile(path, pauseProgram("amd64"), { mode: 0o755 });
    const child = spawn(path);
    try {
      // Asleep, with SIGCHLD (17) ignored: the kernel reaps its children.
      const status = await eventually("it sleeps", async () => {
        const text = await readFile(`/proc/${child.pid}/status`, "utf8");
        return /^State:\s+S/m.test(text) && /^Name:\s+pause$/m.test(text) ? text : undefined;
      });
      const ignored = BigInt(`0x${/^SigIgn:\s+([0-9a-f]+)/m.exec(status)?.[1]}`);
      expect(ignored & (1n << 16n)).not.toBe(0n);
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
      await rm(directory, { recursive: true });
    }
  });
});
