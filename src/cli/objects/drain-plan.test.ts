import { describe, expect, it } from "vitest";
import { planDrain } from "./drain-plan.ts";

const nothing = { ignoreDaemonsets: false, deleteEmptydirData: false, force: false };
const pod = (metadata: object = {}, spec: object = {}, status: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name: "p", ...metadata },
  spec,
  status,
});
const ownedBy = (...kinds: string[]) => ({
  ownerReferences: kinds.map((kind, index) => ({ kind, name: "o", uid: `u${index}`, controller: index === 0 })),
});
const mere = { kind: "DaemonSet", name: "o", uid: "u", controller: false };
const emptyDir = {
  volumes: [
    { name: "keep", configMap: {} },
    { name: "data", emptyDir: {} },
  ],
};

describe("of a board that is drained", () => {
  it.each([
    ["a pod that somebody makes anew", pod(ownedBy("ReplicaSet")), nothing],
    ["a pod that a DaemonSet only owns beside its controller", pod(ownedBy("ReplicaSet", "DaemonSet")), nothing],
    ["a pod that has ended, whoever it belongs to", pod(ownedBy("DaemonSet"), emptyDir, { phase: "Failed" }), nothing],
    ["a pod on its own, if it may be lost", pod(), { ...nothing, force: true }],
    ["data, if they may be lost", pod(ownedBy("ReplicaSet"), emptyDir), { ...nothing, deleteEmptydirData: true }],
  ])("%s goes", (_, object, choices) => {
    expect(planDrain([object], choices)).toEqual({ evict: [object], leave: [], refuse: [] });
  });

  it("a DaemonSet's pod stays if that is known", () => {
    const plan = planDrain([pod(ownedBy("DaemonSet"), emptyDir)], { ...nothing, ignoreDaemonsets: true });
    expect(plan).toEqual({ evict: [], leave: ["shop/p"], refuse: [] });
  });

  it.each([
    ["a DaemonSet's pod", pod(ownedBy("DaemonSet")), nothing, "--ignore-daemonsets"],
    ["a pod on its own", pod(), nothing, "--force"],
    ["a pod that somebody owns and nobody controls", pod({ ownerReferences: [mere] }), nothing, "--force"],
    ["data", pod(ownedBy("ReplicaSet"), emptyDir), nothing, "--delete-emptydir-data"],
    ["data of a pod on its own", pod({}, emptyDir), { ...nothing, force: true }, "--delete-emptydir-data"],
  ])("%s is for a person to decide about", (_, object, choices, option) => {
    const refuse = [expect.stringContaining(option)];
    expect(planDrain([object], choices)).toEqual({ evict: [], leave: [], refuse });
  });
});
