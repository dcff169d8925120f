import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { StorageClass } from "../../api/kinds/storage-class.ts";
import { makeClaim, makeNode, makePod, makeStorageClass, makeVolume } from "../../client/testing/objects.ts";
import { type ClaimStep, planClaim, planVolume } from "./plan.ts";

const nodes = new Map(["b1", "b2"].map((name) => [name, makeNode(name)]));
const local = makeStorageClass("local");
const defaultClass = makeStorageClass("std", {
  metadata: { name: "std", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
});
const finalizers = ["kubernetes.io/pvc-protection"];
const claimOf = (spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) =>
  makeClaim("data", { metadata: { finalizers, ...metadata }, spec: { storageClassName: "local", ...spec } });
const userOn = (nodeName?: string, phase = "Running") =>
  makePod("user", {
    spec: { ...(nodeName && { nodeName }), volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }] },
    status: { phase },
  });
const onBoard = (name: string) => ({
  nodeAffinity: {
    required: { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [name] }] }] },
  },
});

function plan(
  claim: PersistentVolumeClaim,
  pods: Pod[] = [],
  volumes: PersistentVolume[] = [],
  classes: StorageClass[] = [local],
): ClaimStep {
  return planClaim({
    claim,
    pods,
    volumes: new Map(volumes.map((volume) => [volume.metadata.name, volume])),
    classes,
    nodes,
  });
}

function show(step: ClaimStep): string {
  switch (step.step) {
    case "explain":
      return `explain ${step.reason}`;
    case "createVolume":
      return `create ${step.volume.metadata.name} on ${step.volume.metadata.labels?.["bramble.io/board"]}`;
    case "reserveVolume":
    case "bindClaim":
      return `${step.step} ${step.volume.metadata.name}`;
    case "setStatus":
      return `status ${step.status.phase}`;
    default:
      return step.step;
  }
}

describe("planClaim", () => {
  const reserved = { claimRef: { namespace: "default", name: "data", uid: "uid-data" } };
  const bound = makeVolume("v", { spec: { ...reserved, storageClassName: "local" } });
  const deleted = { deletionTimestamp: "2026-01-01T00:00:00Z" };
  it.each<{ story: string; step: ClaimStep; expected: string }>([
    { story: "a new claim is protected first", step: plan(makeClaim("data")), expected: "protect" },
    { story: "a claim waits for its first consumer", step: plan(claimOf()), expected: "explain WaitForFirstConsumer" },
    { story: "… which must have a board", step: plan(claimOf(), [userOn()]), expected: "explain WaitForFirstConsumer" },
    {
      story: "… where the volume is then made",
      step: plan(claimOf(), [userOn("b2")]),
      expected: "create pvc-uid-data on b2",
    },
    { story: "a made volume is bound", step: plan(claimOf(), [userOn("b2")], [bound]), expected: "bindClaim v" },
    { story: "the claim then tells", step: plan(claimOf({ volumeName: "v" }), [], [bound]), expected: "status Bound" },
    {
      story: "a volume made beforehand is taken where the pod is",
      step: plan(
        claimOf(),
        [userOn("b2")],
        [makeVolume("v2", { spec: { storageClassName: "local", ...onBoard("b2") } })],
      ),
      expected: "reserveVolume v2",
    },
    {
      story: "… and not elsewhere",
      step: plan(
        claimOf(),
        [userOn("b1")],
        [makeVolume("v2", { spec: { storageClassName: "local", ...onBoard("b2") } })],
      ),
      expected: "create pvc-uid-data on b1",
    },
    {
      story: "the smallest that is large enough",
      step: plan(
        claimOf({ storageClassName: "" }),
        [],
        ["2Gi", "500Mi", "1Gi"].map((storage) =>
          makeVolume(`v-${storage.toLowerCase()}`, { spec: { capacity: { storage } } }),
        ),
      ),
      expected: "reserveVolume v-1gi",
    },
    {
      story: "never one that is reserved for another",
      step: plan(
        claimOf({ storageClassName: "" }),
        [],
        [makeVolume("v", { spec: { claimRef: { namespace: "default", name: "other" } } })],
      ),
      expected: "explain FailedBinding",
    },
    {
      story: "the default class serves claims that name none",
      step: plan(claimOf({ storageClassName: undefined }), [userOn("b1")], [], [local, defaultClass]),
      expected: "create pvc-uid-data on b1",
    },
    {
      story: "immediate binding is explained",
      step: plan(
        claimOf({ storageClassName: "now" }),
        [userOn("b1")],
        [],
        [makeStorageClass("now", { volumeBindingMode: "Immediate" })],
      ),
      expected: "explain ProvisioningFailed",
    },
    {
      story: "so is a class that does not exist",
      step: plan(claimOf({ storageClassName: "gone" })),
      expected: "explain ProvisioningFailed",
    },
    {
      story: "a bound claim whose volume is gone is lost",
      step: plan(
        makeClaim("data", { metadata: { finalizers }, spec: { volumeName: "v" }, status: { phase: "Bound" } }),
      ),
      expected: "status Lost",
    },
    { story: "a deleted claim waits for its pods", step: plan(claimOf({}, deleted), [userOn("b1")]), expected: "none" },
    {
      story: "… that have not ended",
      step: plan(claimOf({}, deleted), [userOn("b1", "Succeeded")]),
      expected: "unprotect",
    },
  ])("$story: $expected", ({ step, expected }) => {
    expect(show(step)).toBe(expected);
  });

  it("reaches a bound claim in bounded rounds, with one volume, wherever a leader stops", () => {
    fc.assert(
      fc.property(fc.constantFrom("b1", "b2"), fc.boolean(), fc.boolean(), (board, premade, isDefault) => {
        let claim = makeClaim("data", { spec: isDefault ? {} : { storageClassName: "std" }, status: {} });
        const volumes = new Map<string, PersistentVolume>();
        if (premade) volumes.set("pre", makeVolume("pre", { spec: { storageClassName: "std", ...onBoard(board) } }));
        for (let round = 0; round < 10; round += 1) {
          const step = planClaim({ claim, pods: [userOn(board)], volumes, classes: [defaultClass], nodes });
          if (step.step === "none") {
            expect(claim.status.phase).toBe("Bound");
            expect(Array.from(volumes.values()).filter(({ spec }) => spec.claimRef !== undefined)).toHaveLength(1);
            return;
          }
          if (step.step === "protect") claim = { ...claim, metadata: { ...claim.metadata, finalizers } };
          if (step.step === "createVolume") volumes.set(step.volume.metadata.name, step.volume);
          if (step.step === "reserveVolume") {
            const claimRef = { namespace: "default", name: "data", uid: "uid-data" };
            volumes.set(step.volume.metadata.name, { ...step.volume, spec: { ...step.volume.spec, claimRef } });
          }
          if (step.step === "bindClaim")
            claim = { ...claim, spec: { ...claim.spec, volumeName: step.volume.metadata.name } };
          if (step.step === "setStatus") claim = { ...claim, status: step.status };
        }
        expect.fail("the claim was never bound");
      }),
    );
  });
});

describe("planVolume", () => {
  const claimRef = { namespace: "default", name: "data", uid: "uid-data" };
  const made = (phase: string, extra: Record<string, unknown> = {}, spec: Record<string, unknown> = {}) =>
    makeVolume("v", {
      metadata: { finalizers: ["bramble.io/local-volume"], ...extra },
      spec: { claimRef, persistentVolumeReclaimPolicy: "Delete", ...spec },
      status: { phase },
    });
  const deletion = { deletionTimestamp: "2026-01-01T00:00:00Z" };
  it.each([
    { story: "serves its claim", step: planVolume(made("Pending"), claimOf(), true), expected: "setPhase Bound" },
    {
      story: "is released with its claim",
      step: planVolume(made("Bound"), undefined, true),
      expected: "setPhase Released",
    },
    { story: "then goes", step: planVolume(made("Released"), undefined, true), expected: "delete" },
    {
      story: "or stays, where it is to be kept",
      step: planVolume(made("Released", {}, { persistentVolumeReclaimPolicy: "Retain" }), undefined, true),
      expected: "none",
    },
    { story: "waits for its board", step: planVolume(made("Released", deletion), undefined, true), expected: "none" },
    {
      story: "which may be gone for good",
      step: planVolume(made("Released", deletion), undefined, false),
      expected: "removeFinalizer",
    },
    {
      story: "is free",
      step: planVolume(makeVolume("v", { status: {} }), undefined, true),
      expected: "setPhase Available",
    },
  ])("a volume $story: $expected", ({ step, expected }) => {
    expect(step.step === "setPhase" ? `setPhase ${step.phase}` : step.step).toBe(expected);
  });
});
