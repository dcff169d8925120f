import { describe, expect, it } from "vitest";
import { customResourceDefinitionResource } from "../kinds/apiextensions/custom-resource-definition.ts";
import { parseOrRefuse } from "../parse-object.ts";
import { definitionWarnings } from "./definition-warnings.ts";

function definition(version: object, schema: object = { type: "object" }) {
  return parseOrRefuse(customResourceDefinitionResource, {
    metadata: { name: "dogs.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "dogs", kind: "Dog" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
    },
  });
}

const fields = (version: object, schema?: object) =>
  customResourceDefinitionResource.validate(definition(version, schema)).map(({ field }) => field);
const column = (jsonPath: string, type = "string") => ({
  additionalPrinterColumns: [{ name: "A", type, jsonPath }],
});

describe("definitions of custom kinds", () => {
  it.each<[object, string[]]>([
    [column(".spec.a"), []],
    [column(".metadata.creationTimestamp", "date"), []],
    [column("spec.a"), ["spec.versions[0].additionalPrinterColumns[0].jsonPath"]],
    [column(".spec.a", "text"), ["spec.versions[0].additionalPrinterColumns[0].type"]],
    [{ selectableFields: [{ jsonPath: ".spec.color" }] }, []],
    [{ selectableFields: [{ jsonPath: ".spec.colors[0]" }] }, ["spec.versions[0].selectableFields[0].jsonPath"]],
  ])("%j", (version, expected) => expect(fields(version)).toEqual(expected));

  it("have schemas that can be kept to", () => {
    expect(fields({}, { type: "object", properties: { a: {} } })).toEqual([
      "spec.versions[0].schema.openAPIV3Schema.properties[a].type",
    ]);
  });

  it("warn of rules that nobody will enforce", () => {
    const rules = [{ rule: "self.a > 1", message: "too small" }];
    const a = { type: "object", "x-kubernetes-validations": rules };
    expect(definitionWarnings(definition({}, { type: "object", properties: { a } }))).toEqual([
      "spec.versions[0].schema.openAPIV3Schema: x-kubernetes-validations are kept but not enforced: let the kind's controller check them",
    ]);
    expect(definitionWarnings(definition({}))).toEqual([]);
  });
});
