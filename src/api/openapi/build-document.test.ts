import { describe, expect, it } from "vitest";
import { resources } from "../resources.ts";
import { buildOpenApiDocument } from "./build-document.ts";
import type { GroupVersionKind, OpenApiSchema } from "./definitions.ts";

const document = buildOpenApiDocument(resources);
const definition = (name: string): OpenApiSchema => {
  const found = document.definitions[name];
  if (found === undefined) throw new Error(`no definition ${name}`);
  return found;
};

function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) =>
    key === "$ref" && typeof field === "string" ? [field] : references(field),
  );
}

const text = ({ group, version, kind }: GroupVersionKind) => `${group}/${version}/${kind}`;

describe("buildOpenApiDocument", () => {
  it("declares every kind, its list and its deletions", () => {
    const declared = new Set(
      Object.values(document.definitions)
        .flatMap((schema) => schema["x-kubernetes-group-version-kind"] ?? [])
        .map(text),
    );
    for (const { group, version, kind, verbs } of resources)
      for (const name of [kind, "DeleteOptions", ...(verbs.includes("list") ? [`${kind}List`] : [])])
        expect(declared).toContain(text({ group, version, kind: name }));
  });

  it("resolves every reference", () => {
    const known = new Set(Object.keys(document.definitions).map((name) => `#/definitions/${name}`));
    expect(references(document).filter((reference) => !known.has(reference))).toEqual([]);
  });

  it("lets every kind be patched, also as a dry run", () => {
    const patched = Object.values(document.paths).flatMap(({ patch }) => patch ?? []);
    for (const resource of resources.filter(({ verbs }) => verbs.includes("patch"))) {
      const own = patched.filter((operation) => text(operation["x-kubernetes-group-version-kind"]) === text(resource));
      expect(own.length, resource.kind).toBeGreaterThan(0);
      for (const { parameters } of own) {
        expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(["dryRun", "fieldValidation"]));
      }
    }
  });

  it("gives every operation an id of its own", () => {
    const ids = Object.values(document.paths).flatMap(({ parameters: _, ...operations }) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("tells how lists merge", () => {
    const { properties = {} } = definition("io.k8s.api.core.v1.PodSpec");
    expect(properties["containers"]).toMatchObject({
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
    });
    expect(properties["volumes"]?.["x-kubernetes-patch-strategy"]).toBe("merge,retainKeys");
  });

  it("requires what a manifest must have, and nothing that is defaulted", () => {
    expect(definition("io.k8s.api.apps.v1.DaemonSetSpec").required).toEqual(["selector", "template"]);
    expect(definition("io.k8s.api.core.v1.ContainerPort").required).toEqual(["containerPort"]);
    expect(definition("io.k8s.api.apps.v1.DaemonSet").required).toEqual(["spec"]);
    expect(definition("io.k8s.api.core.v1.ConfigMap").required).toBeUndefined();
  });

  it("writes the plain types as Kubernetes does", () => {
    expect(definition("io.k8s.apimachinery.pkg.api.resource.Quantity").type).toBe("string");
    expect(definition("io.k8s.apimachinery.pkg.util.intstr.IntOrString").format).toBe("int-or-string");
    expect(definition("io.k8s.api.core.v1.Secret").properties?.["data"]?.additionalProperties).toEqual({
      type: "string",
      format: "byte",
    });
    expect(definition("io.k8s.api.core.v1.PodSpec").properties?.["terminationGracePeriodSeconds"]?.format).toBe(
      "int64",
    );
  });

  it("describes every kind and most of what people write", () => {
    for (const { kind, schema: _ } of resources) {
      const own = Object.values(document.definitions).find((schema) =>
        schema["x-kubernetes-group-version-kind"]?.some((gvk) => gvk.kind === kind),
      );
      expect(own?.description, kind).toBeTruthy();
    }
  });
});
