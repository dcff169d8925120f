/**
 * How the state lies in its backend:
 *
 *     <generation>/h/<revision>.<ordinal>   a version without its value: read whole at start, into the index
 *     <generation>/v/<revision>.<ordinal>   the value of a put
 *     state                                 which generation holds, and how far it goes
 *
 * Restoring a snapshot fills the next generation and then points `state` at it, in one write.
 */
import { z } from "zod";
import { TerminalError } from "../lib/errors.ts";
import type { BackendEntry, BackendOperation, BackendRange } from "./state-backend.ts";
import { type Revision, revision } from "./types.ts";
import type { Version } from "./version.ts";

export const stateKey = "state";

const count = z.int().nonnegative();

const stateRecordSchema = z.object({
  format: z.literal(1),
  generation: count,
  appliedIndex: count,
  revision: count.transform((value): Revision => revision(value)),
  compacted: count.transform((value): Revision => revision(value)),
  inventory: z.object({ versions: count, checksum: count }),
  /** Opaque: kept for whoever drives the state machine. */
  meta: z.string().exactOptional(),
});
export type StateRecord = z.infer<typeof stateRecordSchema>;

const headerSchema = z.tuple([z.string(), z.enum(["put", "delete"]), count, count, count]);

export function stateOperation(record: StateRecord): BackendOperation {
  return { type: "put", key: stateKey, value: JSON.stringify(record) };
}

/** Throws `TerminalError`. */
export function parseState(text: string | undefined): StateRecord {
  const inventory = { versions: 0, checksum: 0 };
  const nothing = { format: 1, generation: 0, appliedIndex: 0, revision: 0, compacted: 0, inventory };
  return parseOr(stateRecordSchema, text === undefined ? nothing : parseJson(text), "the state record");
}

export function headerKey(generation: number, version: Version): string {
  return `${generationPrefix(generation)}/h/${place(version)}`;
}

export function valueKey(generation: number, version: Version): string {
  return `${generationPrefix(generation)}/v/${place(version)}`;
}

export function headerText(version: Version): string {
  return JSON.stringify([version.key, version.type, version.createRevision, version.size, version.checksum]);
}

/** Throws `TerminalError`. */
export function parseHeader(entry: BackendEntry): Version {
  const position = /\/h\/(\d+)\.(\d+)$/.exec(entry.key);
  const [key, type, createRevision, size, checksum] = parseOr(headerSchema, parseJson(entry.value), entry.key);
  return {
    key,
    type,
    modRevision: revision(Number(position?.[1])),
    ordinal: Number(position?.[2]),
    createRevision: revision(createRevision),
    size,
    checksum,
    overlay: undefined,
    inventoryChecksum: undefined,
  };
}

export function headerRange(generation: number): BackendRange {
  return { from: `${generationPrefix(generation)}/h/`, to: `${generationPrefix(generation)}/h0` };
}

/** Everything that a restore left of other generations. "/" is followed by "0", and the digits by ":". */
export function foreignRanges(generation: number): readonly BackendRange[] {
  return [
    { from: "0", to: `${generationPrefix(generation)}/` },
    { from: `${generationPrefix(generation)}0`, to: ":" },
  ];
}

function generationPrefix(generation: number): string {
  return generation.toString().padStart(6, "0");
}

/** Where a version stands in the history, `<revision>.<ordinal>`. Fixed width, so that order by key is order by revision: 16 digits hold every safe integer. */
export function place(version: Version): string {
  return `${version.modRevision.toString().padStart(16, "0")}.${version.ordinal.toString().padStart(5, "0")}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseOr<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damagedState(what);
}

/** What is stored is not what was written. No repair is tried: the other voters have the whole of it. */
export class DamagedStateError extends TerminalError {}

export function damagedState(what: string): DamagedStateError {
  return new DamagedStateError(
    `this voter's state is damaged (${what}): remove the voter from the fleet and join it again with an empty disk`,
  );
}
