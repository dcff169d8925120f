/** Reads an object, has somebody decide what becomes of it, and writes that only if nobody wrote in between. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import { sameJson } from "../../lib/same-json.ts";
import type { Compare, Mutation, Revision, StoreKey, Txn } from "../../store/types.ts";
import { encodeObject } from "./object-codec.ts";
import { type ObjectRef, objectKey } from "./object-key.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";
import { writtenObject } from "./object-text.ts";
import { fencedError, fenceOf, type WriteOptions } from "./write-options.ts";

/** What shall become of an object. */
export interface Decision {
  readonly type: "put" | "delete";
  /** As it shall be, or as it last was. */
  readonly object: ApiObject;
  /** What else must hold and be written in the same transaction. */
  readonly compares?: readonly Compare[];
  readonly mutations?: readonly Mutation[];
}

interface Write {
  readonly type: "write";
  readonly decision: Decision;
  /** What is stored; undefined for a deletion. */
  readonly value: string | undefined;
  readonly txn: Txn;
}

type Attempt =
  | { readonly type: "refused"; readonly error: ApiError }
  /** Nothing to write: no change, or a dry run. */
  | { readonly type: "kept"; readonly decision: Decision }
  | Write;

/** Enough for any contention that ends; whoever still loses is told to try again. */
const attemptsMax = 10;

/**
 * `decide` is called with the stored object until its decision is written; it throws `ApiError` to refuse. A put that
 * changes nothing writes nothing.
 *
 * The first attempt decides on what this voter knows: a write's compare proves that it was the latest. Whatever is
 * not written is decided once more on what the fleet has committed.
 */
export async function changeObject(
  store: ObjectStore,
  resource: AnyResource,
  ref: ObjectRef,
  options: WriteOptions,
  decide: (current: StoredObject) => Decision | Promise<Decision>,
): Promise<Decision> {
  const key = objectKey(resource, ref);
  let isLatest = false;
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    const current = await store.get(key);
    const attempt: Attempt =
      current === undefined
        ? { type: "refused", error: ApiError.notFound(resource, ref.name) }
        : await attemptChange(key, current, options, decide);
    if (attempt.type === "write") {
      const result = await store.commit(attempt.txn, options.signal);
      if (result.kind === "fenced") throw fencedError(resource, ref.name, result.term);
      if (result.kind === "committed") return written(resource, attempt, result.revision);
      // A conflict is reported once this voter shows it: the next attempt sees what was in the way.
    } else if (!isLatest) {
      await store.barrier(options.signal);
      isLatest = true;
    } else if (attempt.type === "refused") throw attempt.error;
    else return attempt.decision;
  }
  throw ApiError.conflict(resource, ref.name, "others keep changing it; try again");
}

async function attemptChange(
  key: StoreKey,
  current: StoredObject,
  options: WriteOptions,
  decide: (current: StoredObject) => Decision | Promise<Decision>,
): Promise<Attempt> {
  let decision: Decision;
  try {
    decision = await decide(current);
  } catch (thrown) {
    if (thrown instanceof ApiError) return { type: "refused", error: thrown };
    throw thrown;
  }
  const isChange = decision.type === "delete" || !sameJson(decision.object, current.object);
  if (options.dryRun || !isChange) return { type: "kept", decision };
  const value = decision.type === "delete" ? undefined : encodeObject(decision.object);
  const mutation = value === undefined ? ({ type: "delete", key } as const) : ({ type: "put", key, value } as const);
  const compares = [{ key, modRevision: current.modRevision }, ...(decision.compares ?? [])];
  const mutations = [mutation, ...(decision.mutations ?? [])];
  return { type: "write", decision, value, txn: { compares, mutations, ...fenceOf(options) } };
}

function written(resource: AnyResource, { decision: { type, object }, value }: Write, revision: Revision): Decision {
  if (value !== undefined) return { type, object: writtenObject(resource, object, value, revision) };
  return { type, object: { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } } };
}
