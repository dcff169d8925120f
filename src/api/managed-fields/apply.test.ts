import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { define, mapOf, mergeList, mergeSet } from "../meta/schema.ts";
import { compareFields } from "./compare.ts";
import { findDuplicate } from "./divide.ts";
import { pathsOf } from "./field-set.ts";
import { fieldTypeOf } from "./field-type.ts";
import { fieldsOf } from "./fields-of.ts";
import type { Manager, ManagerKey } from "./manager.ts";
import { pathText } from "./path-element.ts";
import { applyConfiguration, conflictsOf, trackApply } from "./track-apply.ts";
import { trackUpdate } from "./track-update.ts";

const element = define("test.Element", "", {
  name: z.string(),
  size: z.number().optional(),
  labels: mapOf(z.string()).optional(),
});
const schema = define("test.Object", "", {
  labels: mapOf(z.string()).optional(),
  items: mergeList(element, "name").optional(),
  marks: mergeSet(z.string()).optional(),
  plain: z.array(z.number()).optional(),
  inner: define("test.Inner", "", { a: z.number().optional(), b: z.number().optional() }).optional(),
});
const type = fieldTypeOf(schema);

const key = (manager: string, operation: "Apply" | "Update" = "Apply"): ManagerKey => ({
  manager,
  operation,
  apiVersion: "v1",
  subresource: "",
});

interface State {
  readonly object: unknown;
  readonly managers: readonly Manager[];
}

function apply(state: State, manager: string, applied: unknown): State & { readonly conflicts: string[] } {
  const applier = key(manager);
  const object = applyConfiguration(state.object, applied, type, state.managers, applier);
  const changes = compareFields(state.object, object, type);
  const conflicts = conflictsOf(state.managers, applier, changes).flatMap(({ fields }) => [...pathsOf(fields)]);
  const managers = trackApply(state.managers, applier, fieldsOf(applied, type), changes, "t");
  return { object, managers, conflicts: conflicts.map(pathText) };
}

function update(state: State, manager: string, object: unknown): State {
  const changes = compareFields(state.object, object, type);
  return { object, managers: trackUpdate(state.managers, key(manager, "Update"), changes, "t") };
}

const pathTexts = (value: unknown) => [...pathsOf(fieldsOf(value, type))].map(pathText);
const nothing: State = { object: {}, managers: [] };

const word = fc.constantFrom("a", "b", "__proto__", "toString");
const map = fc.dictionary(word, fc.constantFrom("1", "2"), { maxKeys: 3, noNullPrototype: true });
const configuration = fc.record(
  {
    labels: map,
    items: fc.uniqueArray(
      fc.record({ name: word, size: fc.nat(2), labels: map }, { requiredKeys: ["name"], noNullPrototype: true }),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
    marks: fc.uniqueArray(word, { maxLength: 3 }),
    plain: fc.array(fc.nat(2), { maxLength: 2 }),
    inner: fc.record({ a: fc.nat(2), b: fc.nat(2) }, { requiredKeys: [], noNullPrototype: true }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe("the fields of a configuration", () => {
  it.each([
    [{ inner: { a: 1 } }, [".inner.a"]],
    [{ labels: { a: "1" } }, [".labels.a"]],
    [{ labels: {} }, [".labels"]],
    [{ plain: [1, 2] }, [".plain"]],
    [{ marks: ["b", "a"] }, ['.marks[="a"]', '.marks[="b"]']],
    [{ items: [{ name: "a", size: 1 }] }, ['.items[name="a"]', '.items[name="a"].name', '.items[name="a"].size']],
    [{ labels: null }, []],
  ])("of %j are %j", (value, expected) => {
    expect(pathTexts(value)).toEqual(expected);
  });

  it("name the list that has an element twice", () => {
    expect(findDuplicate({ items: [{ name: "a" }, { name: "b" }, { name: "a" }] }, type)).toBe(".items");
    expect(findDuplicate({ items: [{ name: "a" }, { name: "b" }], plain: [1, 1] }, type)).toBeUndefined();
  });
});

describe("an apply", () => {
  it.each([
    [
      "puts an element where its order says",
      { items: [{ name: "b" }] },
      { items: [{ name: "a" }, { name: "b" }] },
      "a,b",
    ],
    [
      "keeps what others have in place",
      { items: [{ name: "x" }, { name: "b" }] },
      { items: [{ name: "b" }, { name: "a" }] },
      "x,b,a",
    ],
  ])("%s", (_, live, applied, expected) => {
    const { object } = apply({ object: live, managers: [] }, "me", applied);
    expect(
      schema
        .parse(object)
        .items?.map(({ name }) => name)
        .join(),
    ).toBe(expected);
  });

  it("leads to what is applied, and the second time to nothing new", () => {
    fc.assert(
      fc.property(configuration, configuration, (before, applied) => {
        const once = apply(apply(nothing, "me", before), "me", applied);
        expect(once.conflicts).toEqual([]);
        expect(new Set(pathTexts(once.object)).isSupersetOf(new Set(pathTexts(applied)))).toBe(true);
        const twice = apply(once, "me", applied);
        expect(twice.object).toEqual(once.object);
        expect(twice.managers).toEqual(once.managers);
      }),
    );
  });

  it("leaves nothing behind of what its applier alone has had", () => {
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const { object } = apply(apply(nothing, "me", first), "me", second);
        const left = pathTexts(object).filter((path) => !pathTexts(second).includes(path));
        // Containers that have become empty may stay behind, as fields of their own.
        expect(left.filter((path) => !isContainer(path))).toEqual([]);
      }),
    );
  });

  it("removes a field exactly where nobody else owns it", () => {
    fc.assert(
      fc.property(configuration, configuration, (mine, yours) => {
        const both = apply(apply(nothing, "you", yours), "me", mine);
        fc.pre(both.conflicts.length === 0);
        const { object } = apply(both, "me", {});
        const left = new Set(pathTexts(object));
        for (const path of pathTexts(yours)) expect(left).toContain(path);
        const kept = new Set(pathTexts(yours));
        for (const path of pathTexts(mine)) {
          if (!isContainer(path)) expect(left.has(path)).toBe(kept.has(path));
        }
      }),
    );
  });

  it("conflicts with an update of what it owns, and owns it alone by force", () => {
    fc.assert(
      fc.property(configuration, configuration, (mine, theirs) => {
        const updated = update(apply(nothing, "me", mine), "them", theirs);
        const again = apply(updated, "me", mine);
        const changed = compareFields(updated.object, again.object, type).changed;
        const owned = updated.managers.filter(({ manager }) => manager === "them");
        expect(again.conflicts.length > 0).toBe(
          conflictsOf(owned, key("me"), { changed, removed: new Map() }).length > 0,
        );
        for (const { manager, fields } of again.managers) {
          if (manager === "me") expect([...pathsOf(fields)].map(pathText)).toEqual(pathTexts(mine));
        }
        expect(conflictsOf(again.managers, key("me"), { changed, removed: new Map() })).toEqual([]);
      }),
    );
  });
});

describe("an update", () => {
  it("gives every field of the object to somebody", () => {
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const { managers, object } = update(update(nothing, "one", first), "two", second);
        const owned = new Set(managers.flatMap(({ fields }) => [...pathsOf(fields)].map(pathText)));
        for (const path of pathTexts(object)) expect(owned).toContain(path);
      }),
    );
  });

  it("that changes nothing changes no manager", () => {
    fc.assert(
      fc.property(configuration, (object) => {
        const state = update(nothing, "one", object);
        expect(update(state, "two", structuredClone(object)).managers).toBe(state.managers);
      }),
    );
  });
});

function isContainer(path: string): boolean {
  return /^\.(?:labels|items|marks|plain|inner)$|\.labels$/.test(path);
}
