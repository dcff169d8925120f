/** What a bench that is ended by a signal takes down before it goes: processes, mounts, directories, a lab. */
import { constants } from "node:os";
import { messageOf } from "../../src/lib/errors.ts";

type Undo = () => unknown;

const undos = new Set<Undo>();

/** To be called when there is something to take down; what is returned, when it has been. */
export function leaves(undo: Undo): () => void {
  undos.add(undo);
  return () => undos.delete(undo);
}

/** The newest first: what writes to a disk goes before the disk. */
export function takeDownOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      void takeDown().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
}

async function takeDown(): Promise<void> {
  for (const undo of [...undos].reverse()) {
    try {
      await undo();
    } catch (error) {
      console.error(`bench: ${messageOf(error)}`);
    }
  }
}
