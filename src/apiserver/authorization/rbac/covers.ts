/** Whether rules that somebody has cover rules that he would grant: nobody may give away what he does not have. */
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";
import { pathMatches } from "./rule-allows.ts";

/** One verb on one resource, or on one path: what a rule is made of. */
export interface SingleRight {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  /** Absent for every name. */
  readonly resourceName?: string;
  readonly path?: string;
}

const everything = "*";

/** The rights among those that `wanted` gives which `owned` does not. Pure. */
export function uncoveredRights(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): SingleRight[] {
  return wanted.flatMap((rule) => [...rightsOf(rule)]).filter((right) => !owned.some((rule) => covers(rule, right)));
}

function* rightsOf(rule: PolicyRule): Generator<SingleRight> {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  for (const verb of verbs) {
    for (const path of nonResourceURLs) yield { verb, path };
    for (const group of apiGroups) {
      for (const resource of resources) {
        if (resourceNames.length === 0) yield { verb, group, resource };
        for (const resourceName of resourceNames) yield { verb, group, resource, resourceName };
      }
    }
  }
}

function covers(rule: PolicyRule, { verb, group, resource, resourceName, path }: SingleRight): boolean {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (!holds(verbs, verb)) return false;
  if (path !== undefined) return nonResourceURLs.some((owned) => pathMatches(owned, path));
  if (group === undefined || resource === undefined) return false;
  if (!holds(apiGroups, group) || !coversResource(resources, resource)) return false;
  return resourceNames.length === 0 || (resourceName !== undefined && resourceNames.includes(resourceName));
}

function holds(list: readonly string[], value: string): boolean {
  return list.includes(everything) || list.includes(value);
}

/** `*` covers all, `*` with a subresource that subresource of all. */
function coversResource(resources: readonly string[], resource: string): boolean {
  if (holds(resources, resource)) return true;
  const [, subresource] = resource.split("/");
  return subresource !== undefined && resources.includes(`*/${subresource}`);
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`, one line for each resource, as Kubernetes tells it. */
export function rightsText(rights: readonly SingleRight[]): string {
  const verbsOf = new Map<string, string[]>();
  for (const { verb, group, resource, resourceName, path } of rights) {
    const what =
      path !== undefined
        ? `NonResourceURLs:${quoted([path])}`
        : `APIGroups:${quoted([group ?? ""])}, Resources:${quoted([resource ?? ""])}${resourceName === undefined ? "" : `, ResourceNames:${quoted([resourceName])}`}`;
    verbsOf.set(what, [...(verbsOf.get(what) ?? []), verb]);
  }
  return [...verbsOf].map(([what, verbs]) => `{${what}, Verbs:${quoted(verbs)}}`).join("\n");
}

function quoted(list: readonly string[]): string {
  return `[${list.map((text) => JSON.stringify(text)).join(" ")}]`;
}
