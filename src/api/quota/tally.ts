/** What a quota's status should say, from every object that it counts. */
import type { ResourceQuota } from "../kinds/resource-quota.ts";
import type { ApiObject } from "../meta/object-meta.ts";
import type { AnyResource } from "../resource.ts";
import { type Amounts, amountsOf, count, noAmounts, only, resourceListOf, sum } from "./amounts.ts";
import { isInScope } from "./scopes.ts";
import { isCounted, mayUse, usageOf } from "./usage.ts";

/** The kinds whose objects may use something that the quota bounds. */
export function countedKinds({ spec }: Pick<ResourceQuota, "spec">, kinds: readonly AnyResource[]): AnyResource[] {
  const names = Object.keys(spec.hard ?? {});
  return kinds.filter((kind) => kind.namespaced && isCounted(kind) && names.some((name) => mayUse(kind, name)));
}

export interface KindContent {
  readonly resource: AnyResource;
  readonly objects: readonly ApiObject[];
}

/** Everything bounded is named, also what nobody uses: only then may objects be admitted against it. */
export function tallyQuota(quota: ResourceQuota, content: readonly KindContent[]): ResourceQuota["status"] {
  const hard = amountsOf(quota.spec.hard);
  let used: Amounts = new Map([...hard].map(([name, { format }]) => [name, { ...count(0), format }]));
  for (const { resource, objects } of content) {
    const counted = objects.filter((object) => isInScope(quota, object)).map((object) => usageOf(resource, object));
    used = sum(used, counted.reduce(sum, noAmounts));
  }
  return { hard: resourceListOf(hard), used: resourceListOf(only(used, new Set(hard.keys()))) };
}
