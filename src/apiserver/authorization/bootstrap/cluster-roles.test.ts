import { describe, expect, it } from "vitest";
import { resources } from "../../../api/resources.ts";
import { ruleAllows } from "../rbac/rule-allows.ts";
import { attributesOf } from "../request-attributes.ts";
import { defaultClusterRoles } from "./cluster-roles.ts";

/** Whether one of the roles that join `role` by themselves allows the request. */
function allows(role: string, method: "GET" | "POST", path: string): boolean {
  const label = `rbac.authorization.k8s.io/aggregate-to-${role}`;
  const joining = defaultClusterRoles.filter(({ metadata }) => metadata.labels?.[label] === "true");
  const rules = joining.flatMap((joined) => joined.rules ?? []);
  return rules.some((rule) => ruleAllows(rule, attributesOf({ method, path })));
}

const pathOf = ({ group, version, plural }: (typeof resources)[number]) =>
  `${group === "" ? "/api" : `/apis/${group}`}/${version}/namespaces/n/${plural}`;
const listed = resources.filter(({ namespaced, verbs }) => namespaced && verbs.includes("list"));
/** Who has which rights, what is secret, and whose turn it is. */
const seenByFew = new Set(["leases", "rolebindings", "roles", "secrets"]);

describe("the default roles", () => {
  it.each(listed.map((resource) => [pathOf(resource), resource.plural]))("say who sees %s", (path, plural) => {
    expect(allows("view", "GET", path)).toBe(!seenByFew.has(plural));
    if (seenByFew.has(plural)) expect(allows("edit", "GET", path) || allows("admin", "GET", path)).toBe(true);
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
    expect(allows(role, "POST", path)).toBe(expected);
  });
});
