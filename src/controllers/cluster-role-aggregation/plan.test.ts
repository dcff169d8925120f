import { expect, it } from "vitest";
import type { ClusterRole } from "../../api/kinds/rbac/cluster-role.ts";
import { planAggregation } from "./plan.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const label = "rbac.authorization.k8s.io/aggregate-to-view";

function part(name: string, resources: string[], labels: Record<string, string> = { [label]: "true" }): ClusterRole {
  const rules = [{ verbs: ["get"], apiGroups: [""], resources }];
  return { apiVersion, kind: "ClusterRole", metadata: { name, labels }, rules };
}

const view: ClusterRole = {
  apiVersion,
  kind: "ClusterRole",
  metadata: { name: "view", labels: { [label]: "true" } },
  rules: [],
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: "true" } }] },
};

it("collects the rules of those that join, in the order of their names, each once, and never its own", () => {
  const all = [part("b", ["pods"]), part("c", ["pods"]), part("a", ["services"]), part("d", ["secrets"], {}), view];
  const rules = planAggregation(view, all);
  expect(rules?.map(({ resources }) => resources)).toEqual([["services"], ["pods"]]);
  expect(planAggregation({ ...view, rules: [...(rules ?? [])] }, all.reverse())).toBeUndefined();
});

it("takes rules away with the role that brought them", () => {
  expect(planAggregation({ ...view, rules: part("a", ["pods"]).rules }, [view])).toEqual([]);
});

it("leaves roles alone that collect nothing", () => {
  expect(planAggregation(part("a", ["pods"]), [part("b", ["pods"])])).toBeUndefined();
});
