/** What is wrong with a ResourceQuota. */
import { compareQuantities, quantityMilliValue } from "../meta/quantity.ts";
import { type Cause, forbidden, invalid, notSupported, required } from "../validation/cause.ts";
import { labelKey } from "../validation/names.ts";
import { immutable } from "../validation/object-meta.ts";
import type { ResourceQuota } from "./resource-quota.ts";

const scopeNames = [
  "BestEffort",
  "CrossNamespacePodAffinity",
  "NotBestEffort",
  "NotTerminating",
  "PriorityClass",
  "Terminating",
  "VolumeAttributesClass",
];
/** What scopes are about: pods, and what they ask for. */
const computeResources = ["pods", "cpu", "memory", "ephemeral-storage"];

export function validateResourceQuota({ spec: { hard = {}, scopes = [], scopeSelector } }: ResourceQuota): Cause[] {
  const causes: Cause[] = [];
  for (const [name, amount] of Object.entries(hard)) causes.push(...validateBound(name, amount, `spec.hard[${name}]`));
  for (const scope of scopes) {
    if (!scopeNames.includes(scope)) causes.push(notSupported("spec.scopes", scope, scopeNames));
    else if (!Object.keys(hard).every((name) => isScoped(name, scope)))
      causes.push(invalid("spec.scopes", scopes, `unsupported scope applied to resource`));
  }
  for (const [first, second] of contradictions)
    if (scopes.includes(first) && scopes.includes(second))
      causes.push(invalid("spec.scopes", scopes, "conflicting scopes"));
  for (const [index, expression] of (scopeSelector?.matchExpressions ?? []).entries())
    causes.push(...validateExpression(expression, `spec.scopeSelector.matchExpressions[${index}]`));
  return causes;
}

function validateBound(name: string, amount: string, path: string): Cause[] {
  const causes: Cause[] = [];
  const wrong = labelKey(name);
  if (wrong !== undefined) causes.push(invalid(path, name, wrong));
  else if (!name.includes("/") && !isStandard(name))
    causes.push(invalid(path, name, "must be a standard resource for quota"));
  if (compareQuantities(amount, "0") < 0) causes.push(invalid(path, amount, "must be greater than or equal to 0"));
  const isCounted = countedKinds.has(name) || name.startsWith("count/");
  if (isCounted && quantityMilliValue(amount) % 1000 !== 0) causes.push(invalid(path, amount, "must be an integer"));
  return causes;
}

/** Kinds whose objects are counted under their own names; `count/<kind>.<group>` counts any kind. */
const countedKinds = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
  "services.loadbalancers",
  "services.nodeports",
]);
const amounts = new Set(["cpu", "memory", "ephemeral-storage", "requests.storage"]);

function isStandard(name: string): boolean {
  const amount = name.replace(/^(requests|limits)\./, "");
  return countedKinds.has(name) || amounts.has(name) || amounts.has(amount) || amount.startsWith("hugepages-");
}

const contradictions = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;

function isScoped(name: string, scope: string): boolean {
  if (scope === "BestEffort") return name === "pods";
  if (scope === "VolumeAttributesClass") return name === "persistentvolumeclaims" || name === "requests.storage";
  return computeResources.includes(name.replace(/^(requests|limits)\./, "")) || name === "count/pods";
}

type Expression = NonNullable<NonNullable<ResourceQuota["spec"]["scopeSelector"]>["matchExpressions"]>[number];

function validateExpression({ scopeName, operator, values = [] }: Expression, path: string): Cause[] {
  const causes: Cause[] = [];
  if (!scopeNames.includes(scopeName)) causes.push(notSupported(`${path}.scopeName`, scopeName, scopeNames));
  const isPriority = scopeName === "PriorityClass" || scopeName === "VolumeAttributesClass";
  if (!isPriority && operator !== "Exists")
    causes.push(
      invalid(
        `${path}.operator`,
        operator,
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      ),
    );
  const takesValues = operator === "In" || operator === "NotIn";
  if (takesValues && values.length === 0)
    causes.push(
      required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
    );
  if (!takesValues && values.length > 0)
    causes.push(
      forbidden(`${path}.values`, "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector"),
    );
  return causes;
}

export function validateResourceQuotaUpdate(next: ResourceQuota, current: ResourceQuota): Cause[] {
  return immutable("spec.scopes", (next.spec.scopes ?? []).toSorted(), (current.spec.scopes ?? []).toSorted());
}
