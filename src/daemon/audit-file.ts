/** The audit log of a voter that was told to keep one. */
import { messageOf, UsageError } from "../lib/errors.ts";
import { RotatingFile } from "../platform/disk/rotating-file.ts";
import type { Board } from "./board.ts";

const mebibyte = 1024 * 1024;
/** 32 MB in all: a log must not fill a card that the fleet's state is on. */
const bounds = { bytesMax: 8 * mebibyte, filesMax: 4, pendingBytesMax: mebibyte };

/** Undefined where none is kept. Throws `UsageError` where the file cannot be written. */
export async function openAuditFile({ audit, surroundings }: Pick<Board, "audit" | "surroundings">) {
  if (audit === undefined) return undefined;
  try {
    const sink = await RotatingFile.open(audit.file, { ...bounds, log: surroundings.log.with({ room: "audit" }) });
    return { level: audit.level, sink };
  } catch (cause) {
    throw new UsageError(
      `the audit log ${audit.file} cannot be written (${messageOf(cause)}): name another file with --audit-log`,
      { cause },
    );
  }
}
