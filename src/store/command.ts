/**
 * Commands as the Raft log carries them: JSON in UTF-8.
 *
 * Checked by hand and not by a schema, since every voter does so for every entry: a schema's bookkeeping was a quarter
 * of what a commit allocated.
 */
import type { Command } from "./types.ts";

const keyLengthMax = 4096;
/** More changes than this must not share a revision: a watch delivers a revision whole. */
const mutationsMax = 10_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function encodeCommand(command: Command): Uint8Array {
  return encoder.encode(JSON.stringify(command));
}

/**
 * Undefined for anything that is not a command the state machine takes: whoever applies passes it on, and every replica
 * skips the entry alike.
 */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return isCommand(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the state machine takes it. Whoever proposes must look before proposing, so that it can refuse. */
export function isCommand(value: unknown): value is Command {
  if (!isRecord(value)) return false;
  if (value["type"] === "compact") return isCount(value["revision"]);
  return value["type"] === "txn" && isTxn(value["txn"]);
}

function isTxn(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { compares, mutations, fence } = value;
  if (!Array.isArray(compares) || !Array.isArray(mutations)) return false;
  if (fence !== undefined && !isCount(fence)) return false;
  return compares.every(isCompare) && areMutations(mutations);
}

function isCompare(value: unknown): boolean {
  return isRecord(value) && isKey(value["key"]) && isCount(value["modRevision"]);
}

function areMutations(values: readonly unknown[]): boolean {
  if (values.length > mutationsMax) return false;
  if (!values.every(isMutation)) return false;
  return values.length <= 1 || new Set(values.map(({ key }) => key)).size === values.length;
}

function isMutation(value: unknown): value is { readonly key: unknown } {
  if (!isRecord(value) || !isKey(value["key"])) return false;
  return value["type"] === "delete" || (value["type"] === "put" && isText(value["value"]));
}

function isKey(value: unknown): boolean {
  return isText(value) && value !== "" && value.length <= keyLengthMax;
}

/** The disk and the log store UTF-8, which cannot carry half a surrogate pair: it would come back as another text. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
