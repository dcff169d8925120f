/** What one rule of a role says of one request. Pure; the same words mean the same as in Kubernetes. */
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";
import type { PathAttributes, RequestAttributes, ResourceAttributes } from "../request-attributes.ts";

const everything = "*";

/** Whether the rule allows the request. Nothing forbids: what no rule allows is not allowed. */
export function ruleAllows(rule: PolicyRule, asked: RequestAttributes): boolean {
  return asked.type === "path" ? allowsPath(rule, asked) : allowsResource(rule, asked);
}

function allowsResource(rule: PolicyRule, asked: ResourceAttributes): boolean {
  const { verbs, apiGroups = [], resources = [], resourceNames = [] } = rule;
  return (
    holds(verbs, asked.verb) &&
    holds(apiGroups, asked.group) &&
    holdsResource(resources, asked) &&
    (resourceNames.length === 0 || resourceNames.includes(asked.name))
  );
}

function allowsPath({ verbs, nonResourceURLs = [] }: PolicyRule, { verb, path }: PathAttributes): boolean {
  return holds(verbs, verb) && nonResourceURLs.some((pattern) => pathMatches(pattern, path));
}

function holds(list: readonly string[], value: string): boolean {
  return list.includes(everything) || list.includes(value);
}

/** `*` is every resource with its subresources, a rule for `pods` says nothing of `pods/log`. */
function holdsResource(resources: readonly string[], { resource, subresource }: ResourceAttributes): boolean {
  if (subresource === "") return holds(resources, resource);
  return holds(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

/** A star at the end stands for any rest; anywhere else it is a character like others. */
export function pathMatches(pattern: string, path: string): boolean {
  if (pattern === everything || pattern === path) return true;
  return pattern.endsWith(everything) && path.startsWith(pattern.slice(0, -everything.length));
}
