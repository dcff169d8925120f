/** Which topics to ask for: everything, and where that is not the user's to see, what is. Pure. */
import { telemetryRoot } from "../../api/telemetry/topics.ts";

export function everything(fleet: string): readonly string[] {
  return [`${telemetryRoot(fleet)}/#`];
}

/** The kinds whose rollouts are told of: roles name each for itself. */
const workloads = ["daemonsets", "deployments", "statefulsets", "jobs"];

/** Each may be refused for itself. Without namespaces, those of the whole fleet are asked for. */
export function piecewise(fleet: string, namespaces: readonly string[] | undefined): readonly string[] {
  const root = telemetryRoot(fleet);
  const ofNamespaces = namespaces === undefined ? ["+"] : namespaces;
  const kinds = ["pods/+", ...workloads.map((resource) => `workloads/${resource}/+`), "claims/+", "events"];
  return [
    `${root}/fleet`,
    `${root}/nodes/+/+`,
    `${root}/attention/+`,
    ...ofNamespaces.flatMap((namespace) => kinds.map((kind) => `${root}/namespaces/${namespace}/${kind}`)),
  ];
}

const words: readonly (readonly [level: string, words: string])[] = [
  ["nodes", "boards"],
  ["fleet", "the fleet as a whole"],
  ["attention", "what asks for attention"],
  ["pods", "pods"],
  ...workloads.map((resource) => [resource, resource] as const),
  ["claims", "claims"],
  ["events", "events"],
];

/** What refused filters would have told of. */
export function refusedWords(filters: readonly string[]): readonly string[] {
  const levels = new Set(filters.flatMap((filter) => filter.split("/").slice(4)));
  return words.flatMap(([level, word]) => (levels.has(level) ? [word] : []));
}
