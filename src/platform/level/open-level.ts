/** Opens a LevelDB, and tells apart why one does not open. */
import { dirname } from "node:path";
import { Level } from "level";
import { assert } from "../../lib/assert.ts";
import { messageOf, TerminalError } from "../../lib/errors.ts";
import { ensureNativePart } from "./native-part.ts";

export interface LevelSettings {
  readonly writeBufferSize: number;
  readonly cacheSize: number;
  readonly maxOpenFiles: number;
  readonly compression: boolean;
}

/** Throws `TerminalError` when another process holds the database, else an error with LevelDB's own reason. */
export async function openLevel(directory: string, settings: LevelSettings): Promise<Level> {
  ensureNativePart(dirname(directory));
  const level = new Level(directory, settings);
  try {
    await level.open();
    return level;
  } catch (thrown) {
    await level.close();
    const reason = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    if (hasCode(reason, "LEVEL_LOCKED")) {
      throw new TerminalError(`${directory} is in use: stop the other bramble process first`, { cause: reason });
    }
    throw new Error(`cannot open ${directory}: ${messageOf(reason)}`, { cause: reason });
  }
}

/** Whether `openLevel` failed because the files themselves are not as LevelDB wrote them. */
export function isCorruption(error: unknown): boolean {
  return error instanceof Error && hasCode(error.cause, "LEVEL_CORRUPTION");
}

function hasCode(reason: unknown, code: string): boolean {
  return reason instanceof Error && "code" in reason && reason.code === code;
}

/** Rebuilds the list of files of a LevelDB that does not open; what cannot be read is left out. */
export function repairLevel(directory: string): Promise<void> {
  ensureNativePart(dirname(directory));
  return callUntyped(Level, "repair", [directory]);
}

/** Moves the entries between two keys from LevelDB's log to tables. */
export function compactRange(level: Level, from: string, to: string): Promise<void> {
  return callUntyped(level, "compactRange", [from, to]);
}

/** The types of `level` speak for browsers too, and leave out what there is on a machine with files only. */
async function callUntyped(target: object, method: string, parameters: readonly string[]): Promise<void> {
  const member: unknown = Reflect.get(target, method);
  assert(typeof member === "function", `LevelDB has ${method}`);
  await Reflect.apply(member, target, parameters);
}
