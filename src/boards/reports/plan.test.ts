import { describe, expect, it } from "vitest";
import { makeNode, makePod, makeVolume } from "../../client/testing/objects.ts";
import {
  planEventReport,
  planNodeReport,
  planPodGoneReport,
  planPodStatusReport,
  planVolumeGoneReport,
} from "./plan.ts";

const deletionTimestamp = "2026-01-01T00:00:00Z";
const pod = makePod("p", {
  spec: { nodeName: "b1" },
  status: { phase: "Running", qosClass: "BestEffort", conditions: [{ type: "PodScheduled", status: "True" }] },
});
const volume = (metadata: Record<string, unknown>) =>
  makeVolume("v", {
    metadata: { labels: { "bramble.io/board": "b1" }, finalizers: ["bramble.io/local-volume"], ...metadata },
  });

describe("what a board may say", () => {
  it.each([
    {
      story: "of its own pod",
      kind: planPodStatusReport("b1", "uid-p", { phase: "Failed" }, pod).kind,
      expected: "update",
    },
    {
      story: "of another board's pod",
      kind: planPodStatusReport("b2", "uid-p", { phase: "Failed" }, pod).kind,
      expected: "refused",
    },
    {
      story: "of a pod that is another one by now",
      kind: planPodStatusReport("b1", "uid-before", { phase: "Failed" }, pod).kind,
      expected: "unchanged",
    },
    { story: "nonsense", kind: planPodStatusReport("b1", "uid-p", { phase: "Happy" }, pod).kind, expected: "refused" },
    {
      story: "what is known",
      kind: planPodStatusReport("b1", "uid-p", { phase: "Running" }, pod).kind,
      expected: "unchanged",
    },
    { story: "that a living pod is gone", kind: planPodGoneReport("b1", "uid-p", pod).kind, expected: "refused" },
    {
      story: "that a deleted pod is gone",
      kind: planPodGoneReport(
        "b1",
        "uid-p",
        makePod("p", { metadata: { deletionTimestamp }, spec: { nodeName: "b1" } }),
      ).kind,
      expected: "remove",
    },
    {
      story: "that another board's pod is gone",
      kind: planPodGoneReport(
        "b2",
        "uid-p",
        makePod("p", { metadata: { deletionTimestamp }, spec: { nodeName: "b1" } }),
      ).kind,
      expected: "refused",
    },
    {
      story: "that a deleted volume is gone",
      kind: planVolumeGoneReport("b1", "uid-v", volume({ deletionTimestamp })).kind,
      expected: "release",
    },
    {
      story: "that a volume in use is gone",
      kind: planVolumeGoneReport("b1", "uid-v", volume({})).kind,
      expected: "refused",
    },
    {
      story: "that another board's volume is gone",
      kind: planVolumeGoneReport("b2", "uid-v", volume({ deletionTimestamp })).kind,
      expected: "refused",
    },
    { story: "of another node", kind: planNodeReport("b1", makeNode("b2"), undefined).kind, expected: "refused" },
    {
      story: "of itself for the first time",
      kind: planNodeReport("b1", makeNode("b1"), undefined).kind,
      expected: "create",
    },
    {
      story: "of itself, unchanged",
      kind: planNodeReport("b1", makeNode("b1"), makeNode("b1")).kind,
      expected: "unchanged",
    },
  ])("$story: $kind", ({ kind, expected }) => {
    expect(kind).toBe(expected);
  });

  it("gives a new node the labels it joined with, but none that draws pods to it, and an old node none", () => {
    const first = { zone: "attic", "node-role.kubernetes.io/voter": "" };
    const named = makeNode("b1", { metadata: { labels: { "kubernetes.io/hostname": "b1" } } });
    expect(planNodeReport("b1", named, undefined, first)).toMatchObject({
      node: { metadata: { labels: { zone: "attic", "kubernetes.io/hostname": "b1" } } },
    });
    expect(planNodeReport("b1", named, undefined, first)).not.toHaveProperty([
      "node",
      "metadata",
      "labels",
      "node-role.kubernetes.io/voter",
    ]);
    expect(planNodeReport("b1", named, named, first).kind).toBe("unchanged");
  });

  it("keeps conditions and classes that the board does not speak of", () => {
    const decision = planPodStatusReport(
      "b1",
      "uid-p",
      { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
      pod,
    );
    expect(decision).toMatchObject({
      status: {
        qosClass: "BestEffort",
        conditions: [
          { type: "PodScheduled", status: "True" },
          { type: "Ready", status: "True" },
        ],
      },
    });
  });

  it("keeps labels and taints that a person gave the node", () => {
    const current = makeNode("b1", { metadata: { labels: { disk: "ssd", "kubernetes.io/arch": "amd64" } } });
    const reported = makeNode("b1", {
      metadata: {
        labels: { "kubernetes.io/arch": "arm64" },
        annotations: { "bramble.io/wireguard-endpoint": "10.99.0.1:51820" },
      },
    });
    expect(planNodeReport("b1", reported, current)).toMatchObject({
      kind: "update",
      metadata: {
        labels: { disk: "ssd", "kubernetes.io/arch": "arm64" },
        annotations: { "bramble.io/wireguard-endpoint": "10.99.0.1:51820" },
        uid: "uid-b1",
      },
      status: undefined,
    });
  });

  it("names the board as the source of its events", () => {
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e", namespace: "default" },
      involvedObject: { kind: "Pod" },
      source: { host: "b9" },
    };
    expect(planEventReport("b1", event)).toMatchObject({ kind: "record", event: { source: { host: "b1" } } });
  });
});
