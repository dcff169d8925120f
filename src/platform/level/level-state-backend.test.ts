import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeStateBackend } from "../../store/testing/state-backend-conformance.ts";
import { LevelStateBackend } from "./level-state-backend.ts";

describeStateBackend("LevelDB", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bramble-level-"));
  let backend = await LevelStateBackend.open(directory);
  return {
    backend,
    async reopen() {
      await backend.close();
      backend = await LevelStateBackend.open(directory);
      return backend;
    },
    async remove() {
      await backend.close();
      await rm(directory, { recursive: true });
    },
  };
});

describe("LevelStateBackend", () => {
  it("says what to do when LevelDB finds its own files damaged", async () => {
    const directory = await mkdtemp(join(tmpdir(), "bramble-level-"));
    await (await LevelStateBackend.open(directory)).close();
    const manifest = (await readdir(directory)).find((file) => file.startsWith("MANIFEST"));
    await writeFile(join(directory, manifest ?? ""), "damaged");
    await expect(LevelStateBackend.open(directory)).rejects.toThrow(/damaged .*: remove the voter/);
    await rm(directory, { recursive: true });
  });
});
