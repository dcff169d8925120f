import { describe, expect, it } from "vitest";
import { makeDaemonSet, makePod } from "../../client/testing/objects.ts";
import { type OwnerState, ownerState, planDependent, planOwner } from "./plan.ts";

const deletion = { deletionTimestamp: "2026-01-01T00:00:00Z" };
const ownedBy = (uids: readonly string[], owner: object = {}, metadata: object = {}) =>
  makePod("p", {
    metadata: {
      ownerReferences: uids.map((uid) => ({ apiVersion: "apps/v1", kind: "DaemonSet", name: uid, uid, ...owner })),
      ...metadata,
    },
  });
const blocking = { blockOwnerDeletion: true };
const foreground = { ...deletion, finalizers: ["foregroundDeletion"] };
const inBackground = { action: "delete", policy: "Background" };

describe("planDependent", () => {
  it.each<{ owners: Record<string, OwnerState>; expected: unknown }>([
    { owners: {}, expected: { action: "keep" } },
    { owners: { a: "present" }, expected: { action: "keep" } },
    { owners: { a: "gone" }, expected: inBackground },
    { owners: { a: "deletingForeground" }, expected: inBackground },
    { owners: { a: "orphaning" }, expected: { action: "release", uids: ["a"] } },
    { owners: { a: "gone", b: "present" }, expected: { action: "release", uids: ["a"] } },
    { owners: { a: "deletingForeground", b: "present" }, expected: { action: "release", uids: ["a"] } },
    { owners: { a: "gone", b: "orphaning" }, expected: { action: "release", uids: ["a", "b"] } },
    { owners: { a: "gone", b: "gone" }, expected: inBackground },
    { owners: { a: "gone", b: "deletingForeground" }, expected: inBackground },
  ])("$owners → $expected", ({ owners, expected }) => {
    expect(planDependent(ownedBy(Object.keys(owners)), ({ uid }) => owners[uid] ?? "gone", [])).toEqual(expected);
  });

  it.each([
    { story: "what has dependents itself, in the foreground", object: ownedBy(["a"]), dependents: [makePod("d")] },
    { story: "a circle that blocks nobody", object: ownedBy(["a"]), dependents: [ownedBy([], {}, foreground)] },
  ])("takes along $story", ({ object, dependents }) => {
    expect(planDependent(object, () => "deletingForeground", dependents)).toEqual({
      action: "delete",
      policy: "Foreground",
    });
  });

  it("unblocks owners that wait for one another", () => {
    const dependents = [ownedBy([], {}, foreground)];
    expect(planDependent(ownedBy(["a"], blocking), () => "deletingForeground", dependents)).toEqual({
      action: "unblock",
    });
  });

  it("heeds what the object's finalizers say of its own dependents", () => {
    const sparing = ownedBy(["a"], {}, { finalizers: ["orphan"] });
    expect(planDependent(sparing, () => "gone", [])).toEqual({ action: "delete", policy: "Orphan" });
  });

  it("leaves alone what is being deleted", () => {
    expect(planDependent(ownedBy(["a"], {}, deletion), () => "gone", [])).toEqual({ action: "keep" });
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
      metadata: foreground,
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
    const { uid = "" } = owner.metadata;
    expect(ownerState(owner)).toBe(state);
    expect(planOwner(owner, [])).toBe(finalizer);
    expect(planOwner(owner, [ownedBy([uid], blocking)])).toBeUndefined();
  });

  it("that goes in the foreground waits only for those who block it", () => {
    const owner = makeDaemonSet("a", { metadata: foreground });
    expect(planOwner(owner, [ownedBy([owner.metadata.uid ?? ""])])).toBe("foregroundDeletion");
    expect(planOwner(owner, [ownedBy(["other"], blocking)])).toBe("foregroundDeletion");
  });
});
