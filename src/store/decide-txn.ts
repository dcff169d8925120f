/** What a transaction does to the index: pure, so that every replica decides alike. */
import { type Mutation, revision, type Txn, type TxnResult } from "./types.ts";
import { deleteVersion, putVersion, type Version } from "./version.ts";
import type { VersionIndex } from "./version-index.ts";

export interface TxnDecision {
  readonly result: TxnResult;
  /** The changes to make, all at `result.revision`; empty unless committed. */
  readonly versions: readonly Version[];
}

/** `term` is that of the log entry which carries the transaction. */
export function decideTxn(index: VersionIndex, term: number, txn: Txn): TxnDecision {
  if (txn.fence !== undefined && txn.fence !== term) return { result: { kind: "fenced", term }, versions: [] };
  for (const { key, modRevision: expected } of txn.compares) {
    const modRevision = index.visible(key)?.modRevision ?? revision(0);
    if (modRevision === expected) continue;
    return { result: { kind: "conflict", key, modRevision, revision: index.revision }, versions: [] };
  }
  const versions: Version[] = [];
  for (const mutation of txn.mutations) {
    const version = nextVersion(index, mutation, versions.length);
    if (version !== undefined) versions.push(version);
  }
  const reached = versions[0]?.modRevision ?? index.revision;
  return { result: { kind: "committed", revision: reached }, versions };
}

/** Undefined when there is nothing to delete. */
function nextVersion(index: VersionIndex, mutation: Mutation, ordinal: number): Version | undefined {
  const existing = index.visible(mutation.key);
  if (mutation.type === "delete" && existing === undefined) return undefined;
  const modRevision = revision(index.revision + 1);
  const createRevision = existing?.createRevision ?? modRevision;
  const place = { key: mutation.key, modRevision, ordinal, createRevision };
  return mutation.type === "put" ? putVersion(place, mutation.value) : deleteVersion(place);
}
