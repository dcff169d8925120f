import { describe, expect, it } from "vitest";
import { resources } from "../../../api/resources.ts";
import { ruleAllows } from "../rbac/rule-allows.ts";
import { attributesOf } from "../request-attributes.ts";
import { defaultClusterRoles } from "./cluster-roles.ts";

function allows(role: string, method: "GET" | "POST", path: string): boolean {
  const rules = defaultClusterRoles.find(({ metadata }) => metadata.name === role)?.rules ?? [];
  return rules.some((rule) => ruleAllows(rule, attributesOf({ method, path })));
}

const pathOf = (resource: (typeof resources)[number]) =>
  `${resource.group === "" ? "/api" : `/apis/${resource.group}`}/${resource.version}/namespaces/n/${resource.plural}`;
const namespaced = resources.filter(({ namespaced, verbs }) => namespaced && verbs.includes("list"));

describe("the default roles", () => {
  it.each(namespaced.map((resource) => [resource.plural, pathOf(resource)]))("say who sees %s", (plural, path) => {
    const isSecret = plural === "secrets" || plural === "roles" || plural === "rolebindings" || plural === "leases";
    expect(allows("system:aggregate-to-view", "GET", path)).toBe(!isSecret);
    expect(["edit", "admin"].some((role) => allows(`system:aggregate-to-${role}`, "GET", path)) || !isSecret).toBe(
      true,
    );
  });

  it.each([
    ["/api/v1/namespaces/n/secrets", "edit", true],
    ["/api/v1/namespaces/n/pods", "edit", true],
    ["/api/v1/namespaces/n/pods", "view", false],
    ["/api/v1/namespaces/n/pods/p/exec", "edit", true],
    ["/api/v1/namespaces/n/resourcequotas", "edit", false],
    ["/api/v1/namespaces/n/endpoints", "edit", false],
    ["/api/v1/nodes", "edit", false],
    ["/apis/rbac.authorization.k8s.io/v1/namespaces/n/rolebindings", "edit", false],
    ["/apis/rbac.authorization.k8s.io/v1/namespaces/n/rolebindings", "admin", true],
    ["/apis/rbac.authorization.k8s.io/v1/clusterroles", "admin", false],
  ])("let %s be made by %s: %s", (path, role, expected) => {
    expect(allows(`system:aggregate-to-${role}`, "POST", path)).toBe(expected);
  });
});
