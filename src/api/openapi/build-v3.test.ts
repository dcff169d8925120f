import { describe, expect, it } from "vitest";
import { z } from "zod";
import { apiVersionOfResource } from "../resource.ts";
import { resources } from "../resources.ts";
import { buildOpenApiDocument } from "./build-document.ts";
import { buildOpenApiV3 } from "./build-v3.ts";

const operation = z.looseObject({ parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })) });
const documentSchema = z.looseObject({
  openapi: z.literal("3.0.0"),
  paths: z.record(z.string(), z.looseObject({ patch: operation.optional(), post: operation.optional() })),
  components: z.object({
    schemas: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })),
  }),
});

const documents = new Map(
  Array.from(buildOpenApiV3(buildOpenApiDocument(resources)), ([place, document]) => [
    place,
    documentSchema.parse(JSON.parse(JSON.stringify(document))),
  ]),
);
const core = documents.get("api/v1");

describe("buildOpenApiV3", () => {
  it("has a document for every version of a group", () => {
    const places = resources.map(
      (resource) => `${resource.group === "" ? "api" : "apis"}/${apiVersionOfResource(resource)}`,
    );
    expect(new Set(documents.keys())).toEqual(new Set(places));
  });

  it.each([...documents])("%s refers to nothing outside of it", (_place, document) => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/gu)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(0);
    const known = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`));
    expect(references.filter((name) => !known.has(name ?? ""))).toEqual([]);
  });

  it("says where fieldValidation is, by which kubectl leaves validation to the server", () => {
    const patch = core?.paths["/api/v1/namespaces/{namespace}/pods/{name}"]?.patch;
    expect(patch?.["x-kubernetes-group-version-kind"]).toEqual({ group: "", version: "v1", kind: "Pod" });
    expect(patch?.parameters).toContainEqual(
      expect.objectContaining({ name: "fieldValidation", in: "query", schema: { type: "string", uniqueItems: true } }),
    );
  });

  it("describes bodies by media type", () => {
    const post = core?.paths["/api/v1/namespaces/{namespace}/pods"]?.post;
    const schema = { $ref: "#/components/schemas/io.k8s.api.core.v1.Pod" };
    expect(post).toMatchObject({
      requestBody: { required: true, content: { "application/json": { schema } } },
      responses: { "201": { content: { "application/json": { schema } } } },
    });
    expect(post?.parameters.map((parameter) => parameter.in)).not.toContain("body");
  });

  it("keeps what is said beside a reference, and the two forms of a type", () => {
    const schemas = core?.components.schemas ?? {};
    expect(schemas["io.k8s.api.core.v1.Pod"]?.properties?.["metadata"]).toEqual({
      $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
    });
    expect(schemas["io.k8s.api.core.v1.Event"]?.properties?.["involvedObject"]).toEqual({
      description: "The object that it happened to.",
      allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.ObjectReference" }],
    });
    expect(schemas["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]).toMatchObject({
      format: "int-or-string",
      oneOf: [{ type: "integer" }, { type: "string" }],
    });
  });
});
