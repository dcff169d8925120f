import { describe, expect, it } from "vitest";
import {
  type CustomResourceDefinition,
  customResourceDefinitionResource,
} from "../../api/kinds/apiextensions/custom-resource-definition.ts";
import { parseOrRefuse } from "../../api/parse-object.ts";
import { planDefinition } from "./plan.ts";

const now = "2026-01-02T03:04:05Z";
const finalizer = "customresourcecleanup.apiextensions.k8s.io";

function definition(names: object = {}, metadata: object = { finalizers: [finalizer] }): CustomResourceDefinition {
  const spec = {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "dogs", kind: "Dog", shortNames: ["dg"], ...names },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  };
  const plural = "plural" in names ? names.plural : "dogs";
  return parseOrRefuse(customResourceDefinitionResource, {
    metadata: { name: `${plural}.example.com`, ...metadata },
    spec,
  });
}

/** As it is once its plan has been carried out. */
function reported(of: CustomResourceDefinition, others: CustomResourceDefinition[] = []): CustomResourceDefinition {
  const plan = planDefinition(of, others, now);
  if (plan.step !== "report") throw new Error(`expected a report, got ${plan.step}`);
  return { ...of, status: plan.status };
}

const conditions = ({ status }: CustomResourceDefinition) =>
  status.conditions?.map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`);

describe("planDefinition", () => {
  it("guards a definition before it is served", () => {
    expect(planDefinition(definition({}, {}), [], now)).toEqual({ step: "guard", finalizers: [finalizer] });
  });

  it("accepts names that are free, and has nothing to do then", () => {
    const accepted = reported(definition());
    expect(conditions(accepted)).toEqual(["NamesAccepted=True NoConflicts", "Established=True InitialNamesAccepted"]);
    expect(accepted.status).toMatchObject({ acceptedNames: { plural: "dogs", kind: "Dog" }, storedVersions: ["v1"] });
    expect(planDefinition(accepted, [accepted], "2027-01-01T00:00:00Z")).toEqual({ step: "none" });
  });

  it.each<[string, object, string]>([
    ["a short name", { plural: "dogmas", kind: "Dogma", shortNames: ["dg"] }, "NamesConflict"],
    ["a singular", { plural: "puppies", kind: "Puppy", singular: "dog" }, "NamesConflict"],
    ["a kind", { plural: "hounds", singular: "hound", kind: "Dog", shortNames: [] }, "KindConflict"],
  ])("does not accept %s that is taken", (_what, names, reason) => {
    const other = reported(definition());
    const refused = reported(definition(names), [other]);
    expect(conditions(refused)).toEqual([`NamesAccepted=False ${reason}`, "Established=False NotAccepted"]);
    expect(refused.status.acceptedNames.plural).toBe("");
    expect(conditions(reported(refused))).toContain("Established=True InitialNamesAccepted");
  });

  it("serves on what was served, even where a change of names is not accepted", () => {
    const other = reported(definition({ plural: "cats", kind: "Cat", shortNames: ["ct"] }));
    const accepted = reported(definition());
    const names = { ...accepted.spec.names, shortNames: ["ct"] };
    const changed = reported({ ...accepted, spec: { ...accepted.spec, names } }, [other]);
    expect(conditions(changed)).toEqual(["NamesAccepted=False NamesConflict", "Established=True InitialNamesAccepted"]);
    expect(changed.status.acceptedNames.shortNames).toEqual(["dg"]);
  });

  it("remembers every version that objects were stored in", () => {
    const accepted = reported(definition());
    const [v1] = accepted.spec.versions;
    if (v1 === undefined) throw new Error("there is a version");
    const versions = [
      { ...v1, storage: false },
      { ...v1, name: "v2" },
    ];
    const moved = reported({ ...accepted, spec: { ...accepted.spec, versions } });
    expect(moved.status.storedVersions).toEqual(["v1", "v2"]);
  });

  it("empties a kind that goes, and lets it go afterwards", () => {
    const metadata = { deletionTimestamp: now, finalizers: ["other", finalizer] };
    expect(planDefinition(definition({}, metadata), [], now)).toEqual({ step: "empty", finalizers: ["other"] });
    expect(planDefinition(definition({}, { deletionTimestamp: now }), [], now)).toEqual({ step: "none" });
  });
});
