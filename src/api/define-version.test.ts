import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameJson } from "../lib/same-json.ts";
import { unwrap } from "./meta/schema-walk.ts";
import { apiVersionOfResource } from "./resource.ts";
import { resources } from "./resources.ts";
import { objectOf } from "./testing/arbitrary-object.ts";

const versions = resources.flatMap((resource) =>
  resource.conversion === undefined ? [] : [{ resource, ...resource.conversion }],
);

describe.each(
  versions.map(
    (version) => [`${version.resource.kind} in ${apiVersionOfResource(version.resource)}`, version] as const,
  ),
)("%s", (_name, { resource, stored, toStored, fromStored }) => {
  it("is stored without loss", () => {
    fc.assert(
      fc.property(objectOf(resource.schema), (object) => {
        const kept = toStored(object);
        expect(kept).toMatchObject({ apiVersion: apiVersionOfResource(stored), kind: stored.kind });
        expect(stored.schema.safeParse(kept).error).toBeUndefined();
        expect(sameJson(fromStored(kept), object)).toBe(true);
      }),
    );
  });

  it("shows what was stored without loss", () => {
    fc.assert(
      fc.property(objectOf(stored.schema), (object) => {
        const shown = fromStored(object);
        expect(shown).toMatchObject({ apiVersion: apiVersionOfResource(resource), kind: resource.kind });
        expect(resource.schema.safeParse(shown).error).toBeUndefined();
        expect(sameJson(toStored(shown), object)).toBe(true);
      }),
    );
  });

  it("is another definition than the stored version", () => {
    expect(unwrap(resource.schema).meta.definition).not.toBe(unwrap(stored.schema).meta.definition);
  });
});
