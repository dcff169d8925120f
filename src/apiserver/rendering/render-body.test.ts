import { describe, expect, it } from "vitest";
import { configMapResource } from "../../api/kinds/config-map.ts";
import { type IncludedObject, renderBody } from "./render-body.ts";

const managedFields = [{ manager: "me", operation: "Update", apiVersion: "v1", fieldsV1: {} }];
const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", managedFields }, data: { x: "1" } };

function tableRow(included: IncludedObject) {
  const rendering = { form: { form: "table", version: "v1" }, included } as const;
  const table = renderBody(configMapResource, object, rendering, 0);
  expect(table).toMatchObject({
    kind: "Table",
    columnDefinitions: [{ name: "Name" }, { name: "Data" }, { name: "Age" }],
  });
  return table;
}

describe("a row of a Table", () => {
  it.each<[IncludedObject, unknown]>([
    ["None", [{ cells: ["a", "1", "<unknown>"] }]],
    [
      "Metadata",
      [
        {
          cells: ["a", "1", "<unknown>"],
          object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: { name: "a" } },
        },
      ],
    ],
    ["Object", [{ cells: ["a", "1", "<unknown>"], object }]],
  ])("carries %s of its object", (included, rows) => {
    expect(tableRow(included)).toHaveProperty("rows", rows);
  });
});

it("metadata alone says who set what", () => {
  const rendering = { form: { form: "partial", version: "v1" }, included: "Metadata" } as const;
  expect(renderBody(configMapResource, object, rendering, 0)).toEqual({
    kind: "PartialObjectMetadata",
    apiVersion: "meta.k8s.io/v1",
    metadata: object.metadata,
  });
});
