import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { podResource } from "../../api/kinds/pod.ts";
import { type FieldSet, leafNode } from "../../api/managed-fields/field-set.ts";
import { entryOfFields } from "../../api/managed-fields/fields-entry.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { revision } from "../../store/types.ts";
import { decodeObject, encodeObject } from "./object-codec.ts";
import { objectText, textOfWritten, writtenObject } from "./object-text.ts";

const at = revision(7);
const words = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 });

function objectOf(metadata: object, rest: object = {}): ApiObject {
  return { apiVersion: "v1", kind: "Example", metadata: { name: "a", ...metadata }, ...rest };
}

function fields(...names: string[]): FieldSet {
  return new Map(names.map((name) => [`f:${name}`, leafNode]));
}

const head = { manager: 'kubectl "x"\n', operation: "Update", apiVersion: "v1", time: "2026-01-01T00:00:00Z" };

const cases: readonly (readonly [string, ApiObject])[] = [
  ["nothing but a name", objectOf({})],
  ["what looks like its own marks", objectOf({ annotations: { 'metadata":{': '}\n12[{"manager":"x"}]' } })],
  ["a place in the text", objectOf({}, { data: { a: "\n3[]" } })],
  ["managers", objectOf({ managedFields: [entryOfFields(head, fields("data", "spec"))] })],
  [
    "the manager of a subresource",
    objectOf({ managedFields: [entryOfFields({ ...head, subresource: "status" }, fields("status"))] }),
  ],
  ["managers that a client wrote", objectOf({ managedFields: [{ manager: "x", fieldsV1: { "f:a": {} } }] })],
  ["no managers any more", objectOf({ managedFields: [] })],
];

describe("an object's text", () => {
  it.each(cases)("says what the object does: %s", (_, object) => {
    const value = encodeObject(object);
    expect(JSON.parse(objectText(value, at))).toEqual(JSON.parse(JSON.stringify(decodeObject(value, at))));
    const { managedFields } = decodeObject(value, at).metadata;
    expect(JSON.stringify(managedFields)).toEqual(JSON.stringify(object.metadata.managedFields));
  });

  it("says what any object does", () => {
    const objects = fc.record({
      labels: words,
      annotations: words,
      data: fc.jsonValue(),
      names: fc.array(fc.string()),
    });
    fc.assert(
      fc.property(objects, ({ labels, annotations, data, names }) => {
        const managedFields = [entryOfFields(head, fields(...names))];
        const value = encodeObject(objectOf({ labels, annotations, managedFields }, { data }));
        expect(JSON.parse(objectText(value, at))).toEqual(JSON.parse(JSON.stringify(decodeObject(value, at))));
      }),
    );
  });

  it("is made of one line as well, as objects once were stored", () => {
    const value = JSON.stringify(objectOf({ managedFields: [{ ...head, fieldsV1: "~00" }] }));
    const said = JSON.parse(objectText(value, at));
    expect(said.metadata).toMatchObject({ name: "a", resourceVersion: "7" });
    expect(said.metadata.managedFields[0].fieldsV1).toEqual({ "f:metadata": {} });
  });

  it("is known of what was just written, in the version it is stored in", () => {
    const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } };
    const written = writtenObject(podResource, object, encodeObject(object), at);
    expect(JSON.parse(textOfWritten(written) ?? "")).toEqual(written);
    expect(textOfWritten(object)).toBeUndefined();
    const conversion = { stored: podResource, toStored: () => object, fromStored: () => object };
    expect(textOfWritten(writtenObject({ ...podResource, conversion }, object, "{}", at))).toBeUndefined();
  });
});
