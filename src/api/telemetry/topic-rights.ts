/** Which rights it takes to hear a filter: whoever may list objects may hear of them, and nobody else. */
import { workloadResources } from "./reported-workloads.ts";
import { filtersMeet, parseTopicFilter } from "./topic-filter.ts";
import { discoveryRoot, telemetryRoot } from "./topics.ts";

/** To list the objects of one resource. */
export interface TopicRight {
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  /** Empty for all namespaces, and for what is in none. */
  readonly namespace: string;
}

interface Family {
  /** Below the root; `+` for names. */
  readonly pattern: readonly string[];
  readonly group: string;
  readonly resource: string;
  readonly isNamespaced: boolean;
}

const family = (pattern: string, group: string, resource: string): Family => ({
  pattern: pattern.split("/"),
  group,
  resource,
  isNamespaced: pattern.startsWith("namespaces/"),
});

const families: readonly Family[] = [
  family("fleet", "", "nodes"),
  family("attention/+", "", "nodes"),
  family("nodes/+/+", "", "nodes"),
  family("namespaces/+/pods/+", "", "pods"),
  ...workloadResources.map(({ group, plural }) => family(`namespaces/+/workloads/${plural}/+`, group, plural)),
  family("namespaces/+/claims/+", "", "persistentvolumeclaims"),
  family("namespaces/+/events", "", "events"),
];

/** All of them are needed. Undefined for a filter that fits none of the fleet's public topics. */
export function rightsToHear(fleet: string, filter: string): readonly TopicRight[] | undefined {
  const levels = parseTopicFilter(filter);
  if (levels === undefined) return undefined;
  if (levels[0] === discoveryRoot) return [{ group: "", resource: "nodes", namespace: "" }];
  const root = telemetryRoot(fleet).split("/");
  // A filter that leaves the root open would hear of what other roots there may come to be.
  if (!root.every((level, index) => levels[index] === level)) return undefined;
  const below = levels.slice(root.length);
  const met = families.filter(({ pattern }) => filtersMeet(below, pattern));
  if (met.length === 0) return undefined;
  return met.map(({ group, resource, isNamespaced }) => ({
    group,
    resource,
    namespace: isNamespaced ? literal(below[1]) : "",
  }));
}

function literal(level: string | undefined): string {
  return level === undefined || level === "+" || level === "#" ? "" : level;
}
