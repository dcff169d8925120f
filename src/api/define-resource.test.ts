import { describe, expect, it } from "vitest";
import { daemonSetResource } from "./kinds/daemon-set.ts";
import { nodeResource } from "./kinds/node.ts";
import { podResource } from "./kinds/pod.ts";
import { parseOrRefuse } from "./parse-object.ts";
import { findResource, findResourceOfKind, groupVersions, resources } from "./resources.ts";

const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "a", image: "b:1" }] } };
const daemonSet = (meta: object = {}, rest: object = {}) =>
  parseOrRefuse(daemonSetResource, {
    metadata: { name: "web", namespace: "default", ...meta },
    spec: { selector: { matchLabels: { app: "web" } }, template, ...rest },
    status: { numberReady: 5 },
  });

const stored = { uid: "u", resourceVersion: "7", generation: 3, creationTimestamp: "2026-01-01T00:00:00Z" };

describe("prepareForCreate", () => {
  it("drops the status and starts the generation", () => {
    const born = daemonSetResource.prepareForCreate(daemonSet({ generation: 9 }));
    expect(born.metadata.generation).toBe(1);
    expect(born.status.numberReady).toBe(0);
  });
});

describe("prepareForUpdate", () => {
  const current = daemonSetResource.prepareForCreate(daemonSet());
  const known = {
    ...current,
    metadata: { ...current.metadata, ...stored },
    status: { ...current.status, numberReady: 2 },
  };

  it("restores what the server alone sets", () => {
    const next = daemonSetResource.prepareForUpdate(daemonSet({ resourceVersion: "6", generation: 99 }), known);
    expect(next.metadata).toMatchObject({ ...stored, resourceVersion: "6" });
    expect(next.status.numberReady).toBe(2);
    expect(daemonSetResource.validateUpdate(next, known)).toEqual([]);
  });

  it("counts the generation up where the wish changed, and only there", () => {
    const labelled = daemonSetResource.prepareForUpdate(daemonSet({ labels: { a: "b" } }), known);
    expect(labelled.metadata.generation).toBe(3);
    const changed = daemonSetResource.prepareForUpdate(daemonSet({}, { minReadySeconds: 5 }), known);
    expect(changed.metadata.generation).toBe(4);
  });

  it("refuses another object's identity", () => {
    const next = daemonSetResource.prepareForUpdate(daemonSet({ uid: "other" }), known);
    expect(daemonSetResource.validateUpdate(next, known).map(({ field }) => field)).toEqual(["metadata.uid"]);
  });
});

describe("prepareForStatusUpdate", () => {
  it("takes the status alone", () => {
    const current = daemonSet(stored);
    const reported = {
      ...daemonSet({ labels: { a: "b" } }, { minReadySeconds: 5 }),
      status: { ...current.status, numberReady: 1 },
    };
    const next = daemonSetResource.prepareForStatusUpdate(reported, current);
    expect(next).toEqual({ ...current, status: reported.status });
  });
});

describe("selectableFields", () => {
  it("gives text for every name, and empty text for what is absent", () => {
    const pod = parseOrRefuse(podResource, { metadata: { name: "a", namespace: "n" }, spec: template.spec });
    const fields = podResource.selectableFields(pod);
    expect([...fields.keys()]).toEqual(podResource.selectableFieldNames);
    expect(fields.get("spec.nodeName")).toBe("");
    expect(fields.get("metadata.namespace")).toBe("n");
    expect(nodeResource.selectableFieldNames).toEqual(["metadata.name", "spec.unschedulable"]);
  });
});

describe("resources", () => {
  it("are found by path and by kind", () => {
    for (const resource of resources) {
      expect(findResource(resource.group, resource.version, resource.plural)).toBe(resource);
      const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
      expect(findResourceOfKind(apiVersion, resource.kind)).toBe(resource);
    }
    expect(findResource("", "v1", "constructor")).toBeUndefined();
    expect(groupVersions.slice(0, 2)).toEqual([
      { group: "", version: "v1" },
      { group: "apps", version: "v1" },
    ]);
  });
});
