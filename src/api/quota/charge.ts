/** What a new or changed object means for a quota. Messages are Kubernetes' own: tools and people search for them. */
import type { Container } from "../kinds/container.ts";
import type { ResourceQuota } from "../kinds/resource-quota.ts";
import type { ResourceList } from "../kinds/resource-requirements.ts";
import type { ApiObject } from "../meta/object-meta.ts";
import { formatQuantity } from "../meta/quantity.ts";
import type { AnyResource } from "../resource.ts";
import { type Amounts, amountsOf, difference, noAmounts, only, resourceListOf, sum } from "./amounts.ts";
import { isInScope } from "./scopes.ts";
import { isPod, mayUse, usageOf } from "./usage.ts";

export type Charge =
  | { readonly type: "unaffected" }
  /** What will be used of everything that the quota bounds. */
  | { readonly type: "allowed"; readonly used: ResourceList }
  | { readonly type: "refused"; readonly why: string };

/** `before` is the object as it was, where it is not new. */
export function chargeQuota(
  quota: ResourceQuota,
  resource: AnyResource,
  next: ApiObject,
  before: ApiObject | undefined,
): Charge {
  const hard = amountsOf(quota.spec.hard);
  const bounded = new Set([...hard.keys()].filter((name) => mayUse(resource, name)));
  if (bounded.size === 0 || !isInScope(quota, next)) return { type: "unaffected" };
  const { name } = quota.metadata;
  if (before === undefined) {
    const missing = missingOf(bounded, next);
    if (missing !== undefined) return { type: "refused", why: `failed quota: ${name}: must specify ${missing}` };
  }
  const wasCounted = before !== undefined && isInScope(quota, before);
  const change = only(difference(usageOf(resource, next), wasCounted ? usageOf(resource, before) : noAmounts), bounded);
  const growing = new Set([...change].filter(([, { nano }]) => nano > 0n).map(([growth]) => growth));
  // What shrinks is found by the controller; nobody may be refused for it.
  if (growing.size === 0) return { type: "unaffected" };
  const requested = only(change, growing);
  const used = amountsOf(quota.status.used);
  const unknown = [...growing].filter((one) => !used.has(one)).sort();
  if (unknown.length > 0) {
    return { type: "refused", why: `status unknown for quota: ${name}, resources: ${unknown.join(",")}` };
  }
  const total = sum(used, requested);
  const exceeded = new Set([...growing].filter((one) => (total.get(one)?.nano ?? 0n) > (hard.get(one)?.nano ?? 0n)));
  if (exceeded.size === 0) return { type: "allowed", used: resourceListOf(total) };
  const words = [requested, used, hard].map((amounts) => wordsOf(only(amounts, exceeded)));
  return {
    type: "refused",
    why: `exceeded quota: ${name}, requested: ${words[0]}, used: ${words[1]}, limited: ${words[2]}`,
  };
}

function wordsOf(amounts: Amounts): string {
  return [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, quantity]) => `${name}=${formatQuantity(quantity)}`)
    .join(",");
}

const requiredOfContainers = /^((requests|limits)\.)?(cpu|memory|ephemeral-storage)$/;

/** `limits.cpu for: app; memory for: app,init`: a quota on what containers ask for makes every container ask. */
function missingOf(bounded: ReadonlySet<string>, object: ApiObject): string | undefined {
  if (!isPod(object)) return undefined;
  const required = [...bounded].filter((name) => requiredOfContainers.test(name)).sort();
  const containers = [...object.spec.containers, ...(object.spec.initContainers ?? [])];
  const missing = required.flatMap((name) => {
    const without = containers.filter((container) => !asksFor(container, name)).map((container) => container.name);
    return without.length === 0 ? [] : [`${name} for: ${without.sort().join(",")}`];
  });
  return missing.length === 0 ? undefined : missing.join("; ");
}

function asksFor({ resources }: Container, bound: string): boolean {
  const [list, name] = bound.startsWith("limits.")
    ? [resources.limits, bound.slice("limits.".length)]
    : [resources.requests, bound.replace("requests.", "")];
  return Object.hasOwn(list ?? {}, name);
}
