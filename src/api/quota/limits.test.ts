import { describe, expect, it } from "vitest";
import { limitRangeResource } from "../kinds/limit-range.ts";
import { persistentVolumeClaimResource } from "../kinds/persistent-volume-claim.ts";
import { podSchema } from "../kinds/pod.ts";
import { resourceListOf } from "./amounts.ts";
import { claimLimitViolations, podLimitViolations } from "./limit-bounds.ts";
import { withLimitDefaults } from "./limit-defaults.ts";
import { podLimits, podRequests } from "./pod-amounts.ts";

const rangeOf = (...limits: object[]) =>
  limitRangeResource.schema.parse({ apiVersion: "v1", kind: "LimitRange", metadata: { name: "l" }, spec: { limits } });
const podOf = (containers: object[], initContainers: object[] = []) =>
  podSchema.parse({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "x" },
    spec: {
      containers: containers.map((resources, index) => ({ name: `c${index}`, image: "i", resources })),
      initContainers: initContainers.map((rest, index) => ({ name: `i${index}`, image: "i", ...rest })),
    },
  });

describe("what a pod asks for", () => {
  it("is its containers together, or its largest init container beside the sidecars before it", () => {
    const pod = podOf(
      [{ requests: { cpu: "1" }, limits: { memory: "1Gi" } }, { requests: { cpu: "500m" } }],
      [{ resources: { requests: { cpu: "1" } }, restartPolicy: "Always" }, { resources: { requests: { cpu: "2" } } }],
    );
    expect(resourceListOf(podRequests(pod))).toEqual({ cpu: "3", memory: "1Gi" });
    expect(resourceListOf(podLimits(pod))).toEqual({ memory: "1Gi" });
  });
});

describe("a LimitRange", () => {
  it("gives containers what they do not ask for, and notes it", () => {
    const range = rangeOf({
      type: "Container",
      default: { cpu: "1" },
      defaultRequest: { cpu: "100m", memory: "64Mi" },
    });
    const pod = withLimitDefaults(podOf([{}, { requests: { cpu: "2" }, limits: { cpu: "2" } }]), [range]);
    expect(pod.spec.containers.map(({ resources }) => resources)).toEqual([
      { limits: { cpu: "1" }, requests: { cpu: "100m", memory: "64Mi" } },
      { limits: { cpu: "2" }, requests: { cpu: "2", memory: "64Mi" } },
    ]);
    expect(pod.metadata.annotations).toEqual({
      "kubernetes.io/limit-ranger":
        "LimitRanger plugin set: cpu, memory request for container c0; cpu limit for container c0; memory request for container c1",
    });
    expect(pod.status.qosClass).toBe("Burstable");
  });

  it("changes nothing of a pod that asks for everything", () => {
    const pod = podOf([{ requests: { cpu: "1" }, limits: { cpu: "1" } }]);
    expect(withLimitDefaults(pod, [rangeOf({ type: "Container", max: { cpu: "2" } })])).toBe(pod);
  });

  const container = { type: "Container" };
  it.each([
    [{ ...container, min: { cpu: "100m" } }, [{}], "minimum cpu usage per Container is 100m.  No request is specified"],
    [
      { ...container, min: { cpu: "100m" } },
      [{ requests: { cpu: "50m" } }],
      "minimum cpu usage per Container is 100m, but request is 50m",
    ],
    [
      { ...container, max: { memory: "1Gi" } },
      [{}],
      "maximum memory usage per Container is 1Gi.  No limit is specified",
    ],
    [
      { ...container, max: { memory: "1Gi" } },
      [{ limits: { memory: "2Gi" } }],
      "maximum memory usage per Container is 1Gi, but limit is 2Gi",
    ],
    [
      { ...container, maxLimitRequestRatio: { cpu: "2" } },
      [{ requests: { cpu: "100m" }, limits: { cpu: "300m" } }],
      "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000",
    ],
    [
      { type: "Pod", max: { cpu: "1" } },
      [{ limits: { cpu: "600m" } }, { limits: { cpu: "600m" } }],
      "maximum cpu usage per Pod is 1, but limit is 1200m",
    ],
  ])("refuses in Kubernetes' words: %j", (item, containers, why) => {
    expect(podLimitViolations(podOf(containers), rangeOf(item).spec.limits)).toEqual([why]);
  });

  it.each([
    ["500Mi", "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi"],
    ["3Gi", "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi"],
    ["2Gi", undefined],
  ])("bounds claims: %s", (storage, why) => {
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
    const claim = persistentVolumeClaimResource.schema.parse({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "x" },
      spec,
    });
    const range = rangeOf({ type: "PersistentVolumeClaim", min: { storage: "1Gi" }, max: { storage: "2Gi" } });
    expect(claimLimitViolations(claim, range.spec.limits)).toEqual(why === undefined ? [] : [why]);
  });
});
