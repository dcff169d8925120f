import { describe, expect, it } from "vitest";
import { makeDaemonSet, makePod } from "../../client/testing/objects.ts";
import { type OwnerState, ownerState, planDependent, planOwner } from "./plan.ts";

const deletion = { deletionTimestamp: "2026-01-01T00:00:00Z" };
const ownedBy = (...uids: string[]) =>
  makePod("p", {
    metadata: { ownerReferences: uids.map((uid) => ({ apiVersion: "apps/v1", kind: "DaemonSet", name: uid, uid })) },
  });

describe("planDependent", () => {
  it.each<{ owners: Record<string, OwnerState>; expected: unknown }>([
    { owners: {}, expected: { action: "keep" } },
    { owners: { a: "present" }, expected: { action: "keep" } },
    { owners: { a: "gone" }, expected: { action: "delete" } },
    { owners: { a: "deletingForeground" }, expected: { action: "delete" } },
    { owners: { a: "orphaning" }, expected: { action: "release", uids: ["a"] } },
    { owners: { a: "gone", b: "present" }, expected: { action: "release", uids: ["a"] } },
    { owners: { a: "gone", b: "gone" }, expected: { action: "delete" } },
  ])("$owners → $expected", ({ owners, expected }) => {
    expect(planDependent(ownedBy(...Object.keys(owners)), ({ uid }) => owners[uid] ?? "gone")).toEqual(expected);
  });
});

describe("an owner", () => {
  it.each([
    { story: "that lives", metadata: {}, state: "present", finalizer: undefined },
    {
      story: "that spares its dependents",
      metadata: { ...deletion, finalizers: ["orphan"] },
      state: "orphaning",
      finalizer: "orphan",
    },
    {
      story: "that takes them along",
      metadata: { ...deletion, finalizers: ["foregroundDeletion"] },
      state: "deletingForeground",
      finalizer: "foregroundDeletion",
    },
    {
      story: "that waits for somebody else",
      metadata: { ...deletion, finalizers: ["example.com/x"] },
      state: "present",
      finalizer: undefined,
    },
  ])("$story is $state", ({ metadata, state, finalizer }) => {
    const owner = makeDaemonSet("a", { metadata });
    expect(ownerState(owner)).toBe(state);
    expect(planOwner(owner, [])).toBe(finalizer);
    expect(planOwner(owner, [ownedBy("a")])).toBeUndefined();
  });
});
