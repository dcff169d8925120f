import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseOrRefuse } from "../parse-object.ts";
import { apiVersionOfResource } from "../resource.ts";
import { resources } from "../resources.ts";
import { objectOf } from "../testing/arbitrary-object.ts";
import { created } from "../testing/kind-under-test.ts";
import { minimalObjects } from "../testing/minimal-objects.ts";

const nowMs = Date.parse("2026-01-01T00:05:03Z");

function minimalOf(apiVersion: string, kind: string): object {
  const body = minimalObjects[`${apiVersion}/${kind}`];
  if (body === undefined) throw new Error(`say in minimal-objects.ts what the least ${kind} of ${apiVersion} is`);
  return body;
}

describe.each(resources.map((resource) => [apiVersionOfResource(resource), resource.kind, resource] as const))(
  "%s %s",
  (apiVersion, kind, resource) => {
    const body = minimalOf(apiVersion, kind);

    it("takes the least that is needed, and makes the same of what it made", () => {
      const object = created(resource, body);
      expect(object).toMatchObject({ apiVersion, kind });
      expect(JSON.parse(JSON.stringify(parseOrRefuse(resource, object)))).toEqual(object);
      expect(created(resource, object)).toEqual(object);
    });

    it("is not changed by an update that changes nothing", () => {
      const object = parseOrRefuse(resource, created(resource, body));
      expect(resource.prepareForUpdate(object, object)).toEqual(object);
      expect(resource.validateUpdate(object, object)).toEqual([]);
    });

    it("has a cell for every column, whatever is left out", () => {
      const row = resource.row(parseOrRefuse(resource, created(resource, body)), nowMs);
      expect(row).toHaveLength(resource.columns.length);
      expect(row.some((cell) => cell === undefined || /undefined|NaN/.test(String(cell)))).toBe(false);
    });

    it("judges, shows and selects any object, and allows it to stay as it is", () => {
      fc.assert(
        fc.property(objectOf(resource.schema), (object) => {
          for (const { field, message } of resource.validate(object)) {
            expect(message).not.toMatch(/undefined|NaN/);
            expect(typeof field).toBe("string");
          }
          expect(resource.row(object, nowMs)).toHaveLength(resource.columns.length);
          expect([...resource.selectableFields(object).keys()]).toEqual(resource.selectableFieldNames);
          const stored = resource.prepareForCreate(object);
          const next = resource.prepareForUpdate(stored, stored);
          expect(resource.validateUpdate(next, stored)).toEqual([]);
          expect(resource.prepareForUpdate(next, next)).toEqual(next);
        }),
        { numRuns: 10 },
      );
    });

    it("defaults any object to one that it defaults to itself", () => {
      fc.assert(
        fc.property(objectOf(resource.schema), (object) => {
          const once = parseOrRefuse(resource, JSON.parse(JSON.stringify(object)));
          expect(parseOrRefuse(resource, JSON.parse(JSON.stringify(once)))).toEqual(once);
        }),
        { numRuns: 10 },
      );
    });
  },
);
