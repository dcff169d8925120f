/** Filling a new generation beside the one that holds, and clearing away those that do not. */
import { putOperations } from "./checkpoints.ts";
import { foreignRanges } from "./layout.ts";
import type { BackendOperation, StateBackend } from "./state-backend.ts";
import type { Version } from "./version.ts";

/** Bounds what one write holds in memory, in UTF-16 units of values and in operations. */
const writeSizeMax = 1_000_000;
const writeOperationsMax = 2_000;

/** Writes `versions` as `generation`, taking each value out of memory once it is written. */
export async function writeGeneration(backend: StateBackend, generation: number, versions: readonly Version[]) {
  let operations: BackendOperation[] = [];
  let size = 0;
  for (const version of versions) {
    operations.push(...putOperations(generation, version));
    version.overlay = undefined;
    size += version.size;
    if (size < writeSizeMax && operations.length < writeOperationsMax) continue;
    await backend.write(operations);
    operations = [];
    size = 0;
  }
  if (operations.length > 0) await backend.write(operations);
}

/** Deletes every generation but `generation`; writes nothing when there is none. */
export async function removeOtherGenerations(backend: StateBackend, generation: number): Promise<void> {
  for (const range of foreignRanges(generation)) {
    for (let found = -1; found !== 0; ) {
      const operations: BackendOperation[] = [];
      for await (const { key } of backend.scan({ ...range, limit: writeOperationsMax })) {
        operations.push({ type: "delete", key });
      }
      found = operations.length;
      if (found > 0) await backend.write(operations);
    }
  }
}
