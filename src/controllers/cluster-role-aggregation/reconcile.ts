/** Writes the rules of aggregated ClusterRoles whenever a role that joins one of them changes. */
import { clusterRoleResource } from "../../api/kinds/rbac/cluster-role.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { planAggregation } from "./plan.ts";

/** Follows ClusterRoles alone. */
export function clusterRoleAggregationController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const roles = informers.for(clusterRoleResource);

  async function reconcile(name: string, signal: AbortSignal): Promise<Outcome> {
    const role = roles.cache.get(name);
    const rules = role === undefined ? undefined : planAggregation(role, roles.cache.values());
    if (role === undefined || rules === undefined) return done;
    try {
      await client.update(clusterRoleResource, { ...role, rules: [...rules] }, signal);
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the role changed meanwhile" };
      if (!isNotFound(error)) throw error;
    }
    return done;
  }

  const controller = new Controller({ ...context, name: "cluster-role-aggregation", reconcile });
  // Any role may join any other, and there are few that are joined.
  roles.onChange(() => {
    for (const { metadata, aggregationRule } of roles.cache.values()) {
      if (aggregationRule !== undefined) controller.enqueue(metadata.name);
    }
  });
  return controller;
}
