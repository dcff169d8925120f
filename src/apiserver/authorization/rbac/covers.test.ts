import fc from "fast-check";
import { expect, it } from "vitest";
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";
import type { RequestAttributes } from "../request-attributes.ts";
import { uncoveredRights } from "./covers.ts";
import { ruleAllows } from "./rule-allows.ts";

const some = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const verbs = some("get", "list", "delete", "*");
const resourceRule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs,
  apiGroups: some("", "apps", "*"),
  resources: some("pods", "pods/log", "nodes", "*/log", "*"),
  resourceNames: fc.oneof(fc.constant<string[]>([]), some("a", "b")),
});
const pathRule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs,
  nonResourceURLs: some("/a", "/a/b", "/a*", "/a/*", "*"),
});
const rules = fc.array(fc.oneof(resourceRule, pathRule), { maxLength: 4 });
const verb = fc.constantFrom("get", "list", "delete", "watch");
const request: fc.Arbitrary<RequestAttributes> = fc.oneof(
  fc.record({
    type: fc.constant("resource" as const),
    verb,
    group: fc.constantFrom("", "apps", "batch"),
    version: fc.constant("v1"),
    resource: fc.constantFrom("pods", "nodes", "jobs"),
    subresource: fc.constantFrom("", "log", "status"),
    namespace: fc.constant("n"),
    name: fc.constantFrom("", "a", "b", "c"),
    fields: fc.constant(new Map<string, string>()),
  }),
  fc.record({ type: fc.constant("path" as const), verb, path: fc.constantFrom("/a", "/a/b", "/ab", "/c") }),
);

it("whoever grants only what he has grants no request that he may not make himself", () => {
  fc.assert(
    fc.property(rules, rules, request, (owned, wanted, asked) => {
      fc.pre(uncoveredRights(owned, wanted).length === 0);
      const isGranted = wanted.some((rule) => ruleAllows(rule, asked));
      if (isGranted) expect(owned.some((rule) => ruleAllows(rule, asked))).toBe(true);
    }),
    { numRuns: 2000, maxSkipsPerRun: 100 },
  );
});

it("whoever has a role may grant it, and everybody may grant nothing", () => {
  fc.assert(
    fc.property(rules, rules, (owned, more) => {
      expect(uncoveredRights([...more, ...owned], owned)).toEqual([]);
      expect(uncoveredRights(owned, [])).toEqual([]);
    }),
  );
});
