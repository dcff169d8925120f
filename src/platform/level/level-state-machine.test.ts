import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, it } from "vitest";
import { modelProperty } from "../../store/testing/state-machine-model.ts";
import { LevelStateBackend } from "./level-state-backend.ts";

describe("StateMachine over LevelDB", () => {
  it("agrees with the naive store over any history", async () => {
    const root = await mkdtemp(join(tmpdir(), "bramble-level-"));
    let replicas = 0;
    const createStorage = async () => {
      replicas += 1;
      const directory = join(root, String(replicas));
      let backend: LevelStateBackend | undefined;
      return {
        async open() {
          backend = await LevelStateBackend.open(directory);
          return backend;
        },
        // What LevelDB has taken it keeps; what was only in memory is lost with the machine.
        async crash() {
          await backend?.close();
        },
      };
    };
    try {
      await fc.assert(modelProperty(createStorage), { numRuns: 15 });
    } finally {
      await rm(root, { recursive: true });
    }
  }, 60_000);
});
