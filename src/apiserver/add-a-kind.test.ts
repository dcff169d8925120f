/** Adds a kind by `docs/checklists/add-a-kind.md`: what the document says follows by itself must follow. */
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { defineResource } from "../api/define-resource.ts";
import { defineVersion } from "../api/define-version.ts";
import { objectMetaSchema } from "../api/meta/object-meta.ts";
import { define, int32Value, mergeList, requiredText, text } from "../api/meta/schema.ts";
import { typeMeta } from "../api/meta/type-meta.ts";
import { buildOpenApiDocument } from "../api/openapi/build-document.ts";
import { applyStrategicMergePatch } from "../api/patch/strategic-merge-patch.ts";
import { ageColumn, nameColumn } from "../api/printing.ts";
import type { Resource } from "../api/resource.ts";
import { resources } from "../api/resources.ts";
import { cells, created, wrong, wrongUpdate } from "../api/testing/kind-under-test.ts";
import { invalid } from "../api/validation/cause.ts";
import { immutable } from "../api/validation/object-meta.ts";
import { discover } from "./routing/discovery.ts";
import { servedGroups } from "./routing/served-groups.ts";

// Steps 1 to 5: the schema.
const shape = {
  metadata: objectMetaSchema,
  spec: define(
    "example.Greeting.Spec",
    "Whom to greet, and how.",
    {
      language: requiredText,
      replicas: int32Value.default(1),
      guests: mergeList(define("example.Guest", "Somebody.", { name: requiredText, title: text }), "name").optional(),
    },
    { guests: "Whom to greet." },
  ),
  status: define("example.Greeting.Status", "What was said.", { said: int32Value.default(0) }).prefault({}),
};
const greetingSchema = define("example.v1.Greeting", "A few kind words.", {
  ...typeMeta("example.com/v1", "Greeting"),
  ...shape,
});
type Greeting = z.infer<typeof greetingSchema>;

// Steps 6 to 8: the registration.
const greetingResource: Resource<Greeting> = defineResource<Greeting>({
  group: "example.com",
  version: "v1",
  kind: "Greeting",
  plural: "greetings",
  shortNames: ["gr"],
  namespaced: true,
  schema: greetingSchema,
  columns: [
    nameColumn,
    {
      name: "Guests",
      type: "integer",
      description: "How many there are.",
      cell: ({ spec }) => spec.guests?.length ?? 0,
    },
    ageColumn,
  ],
  fields: { "spec.language": ({ spec }) => spec.language },
  scale: {
    wished: ({ spec }) => spec.replicas,
    observed: ({ status }) => status.said,
    selector: () => "",
    withWished: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
  },
  wish: ({ spec }) => spec,
  initialStatus: () => ({ said: 0 }),
  validate: ({ spec }) =>
    spec.replicas < 0 ? [invalid("spec.replicas", spec.replicas, "must be greater than or equal to 0")] : [],
  validateUpdate: (next, current) => immutable("spec.language", next.spec.language, current.spec.language),
});

// Step 10: another version.
const olderSchema = define("example.v1beta1.Greeting", "A few kind words.", {
  ...typeMeta("example.com/v1beta1", "Greeting"),
  ...shape,
});
const olderResource = defineVersion<z.infer<typeof olderSchema>, Greeting>(greetingResource, {
  version: "v1beta1",
  schema: olderSchema,
  toStored: (object) => ({ ...object, apiVersion: "example.com/v1" }),
  fromStored: (object) => ({ ...object, apiVersion: "example.com/v1beta1" }),
});

const metadata = { name: "hello", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" };
const body = {
  metadata,
  spec: { language: "de", guests: [{ name: "anna", title: "Dr." }, { name: "otto" }] },
  status: { said: 9 },
};
// Step 9: beside the others.
const all = [...resources, greetingResource, olderResource];

describe("a kind that was added", () => {
  it("is parsed, defaulted and given its status", () => {
    expect(created(greetingResource, { ...body, nonsense: true })).toEqual({
      apiVersion: "example.com/v1",
      kind: "Greeting",
      metadata: { ...metadata, generation: 1 },
      spec: { ...body.spec, replicas: 1 },
      status: { said: 0 },
    });
  });

  it("says what is wrong, and what may not change", () => {
    expect(wrong(greetingResource, { metadata, spec: {} })).toEqual(["spec.language: Required value"]);
    expect(wrong(greetingResource, { ...body, spec: { ...body.spec, replicas: -1 } })).toEqual([
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
    ]);
    expect(wrongUpdate(greetingResource, body, { ...body, spec: { language: "en" } })).toEqual([
      'spec.language: Invalid value: "en": field is immutable',
    ]);
  });

  it("counts generations, is scaled and selected by its fields", () => {
    const current = greetingResource.prepareForCreate(greetingSchema.parse(created(greetingResource, body)));
    const scaled = greetingResource.scale?.withWished(current, 3) ?? current;
    const next = greetingResource.prepareForUpdate(scaled, current);
    expect([next.metadata.generation, greetingResource.scale?.wished(next)]).toEqual([2, 3]);
    expect(greetingResource.selectableFields(next).get("spec.language")).toBe("de");
  });

  it("is shown as a row", () => {
    expect(cells(greetingResource, body, Date.parse("2026-01-01T00:00:05Z"))).toEqual({
      Name: "hello",
      Guests: 2,
      Age: "5s",
    });
  });

  it("is merged by its key", () => {
    const patch = { spec: { guests: [{ name: "otto", title: "Prof." }] } };
    expect(applyStrategicMergePatch(body, patch, greetingSchema)).toMatchObject({
      spec: {
        guests: [
          { name: "anna", title: "Dr." },
          { name: "otto", title: "Prof." },
        ],
      },
    });
  });

  it("is discovered in both versions, with its subresources", () => {
    const group = servedGroups(all).find(({ name }) => name === "example.com");
    expect(group?.versions.map(({ version }) => version)).toEqual(["v1", "v1beta1"]);
    expect(discover({ type: "groupVersion", group: "example.com", version: "v1" }, all)).toMatchObject({
      resources: [
        { name: "greetings", singularName: "greeting", kind: "Greeting", shortNames: ["gr"] },
        { name: "greetings/scale", kind: "Scale", group: "autoscaling", version: "v1" },
        { name: "greetings/status", kind: "Greeting" },
      ],
    });
  });

  it("is described in OpenAPI", () => {
    const { definitions, paths } = buildOpenApiDocument(all);
    expect(paths).toHaveProperty(["/apis/example.com/v1/namespaces/{namespace}/greetings/{name}/status", "patch"]);
    expect(definitions["example.v1.Greeting"]?.["x-kubernetes-group-version-kind"]).toEqual([
      { group: "example.com", version: "v1", kind: "Greeting" },
    ]);
    expect(definitions["example.Greeting.Spec"]?.properties?.["guests"]).toMatchObject({
      description: "Whom to greet.",
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-list-type": "map",
    });
  });

  it("is stored in one version", () => {
    const older = olderSchema.parse(created(olderResource, body));
    expect(olderResource.conversion?.toStored(older)).toEqual({ ...older, apiVersion: "example.com/v1" });
  });
});
