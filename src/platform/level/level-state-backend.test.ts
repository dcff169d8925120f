import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
