/** What a lab remembers on disk: who its boards are, and how each one's link was left. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { UsageError } from "../../src/lib/errors.ts";
import { boardPaths, labRecordPath } from "./lab-names.ts";

const boardSchema = z.object({
  name: z.string(),
  number: z.int().positive(),
  address: z.string(),
  voter: z.boolean(),
  /** What its `bramble run` is told beside where its data is. */
  runOptions: z.array(z.string()).default([]),
});
export type LabBoard = z.infer<typeof boardSchema>;

const labSchema = z.object({
  name: z.string(),
  subnet: z.int().nonnegative(),
  /** Whether the boards run bramble; without, they are engines on a LAN. */
  bramble: z.boolean(),
  boards: z.array(boardSchema),
});
export type LabRecord = z.infer<typeof labSchema>;

const shapeSchema = z.object({
  /** One way: a round trip takes twice as much longer. */
  delayMs: z.number().nonnegative(),
  jitterMs: z.number().nonnegative(),
  /** Each way. */
  lossPercent: z.number().min(0).max(100),
});
export type LinkShape = z.infer<typeof shapeSchema>;

const linkSchema = z.object({ plugged: z.boolean(), shape: shapeSchema.optional() });
export type LinkRecord = z.infer<typeof linkSchema>;

export function readLabRecord(lab: string): LabRecord | undefined {
  const text = readIfThere(labRecordPath(lab));
  return text === undefined ? undefined : labSchema.parse(JSON.parse(text));
}

export function writeLabRecord(record: LabRecord): void {
  write(labRecordPath(record.name), record);
}

/** A board's link; plugged and unshaped until said otherwise. */
export function readLinkRecord(lab: string, board: string): LinkRecord {
  const text = readIfThere(boardPaths(lab, board).record);
  return text === undefined ? { plugged: true } : linkSchema.parse(JSON.parse(text));
}

export function writeLinkRecord(lab: string, board: string, link: LinkRecord): void {
  write(boardPaths(lab, board).record, link);
}

/** Throws `UsageError` where the lab has no such board. */
export function boardNamed(record: LabRecord, name: string): LabBoard {
  const board = record.boards.find((each) => each.name === name);
  if (board !== undefined) return board;
  throw new UsageError(
    `Lab '${record.name}' has no board '${name}': it has ${record.boards.map((b) => b.name).join(", ")}`,
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
