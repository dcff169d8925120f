/** What a CustomResourceDefinition needs: its names accepted, and when it goes, the objects of its kind gone first. */
import type { CustomResourceDefinition } from "../../api/kinds/apiextensions/custom-resource-definition.ts";
import { findCondition, isConditionTrue, withCondition } from "../../api/meta/condition.ts";
import { sameJson } from "../../lib/same-json.ts";

/** Holds a definition while there are objects of its kind. */
const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

export type DefinitionStep =
  | { readonly step: "none" }
  /** Before it is served, so that no object of its kind outlives it. */
  | { readonly step: "guard"; readonly finalizers: readonly string[] }
  | { readonly step: "report"; readonly status: Status }
  /** Objects of its kind go; once there are none, its finalizers are `finalizers`. */
  | { readonly step: "empty"; readonly finalizers: readonly string[] };

type Status = CustomResourceDefinition["status"];
type Condition = NonNullable<Status["conditions"]>[number];

/** `others` are all definitions there are; `now` is a timestamp. */
export function planDefinition(
  definition: CustomResourceDefinition,
  others: Iterable<CustomResourceDefinition>,
  now: string,
): DefinitionStep {
  const { deletionTimestamp, finalizers = [] } = definition.metadata;
  const isGuarded = finalizers.includes(cleanupFinalizer);
  if (deletionTimestamp !== undefined) {
    if (!isGuarded) return { step: "none" };
    return { step: "empty", finalizers: finalizers.filter((name) => name !== cleanupFinalizer) };
  }
  if (!isGuarded) return { step: "guard", finalizers: [...finalizers, cleanupFinalizer] };
  const status = statusOf(definition, conflictOf(definition, others), now);
  return sameJson(status, definition.status) ? { step: "none" } : { step: "report", status };
}

/** Names that are in use keep a definition from being served, but one that has been served stays so. */
function statusOf({ spec, status }: CustomResourceDefinition, conflict: Conflict | undefined, now: string): Status {
  const { plural, singular, shortNames, kind, listKind, categories } = spec.names;
  const names: Condition =
    conflict === undefined
      ? { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" }
      : { type: "NamesAccepted", status: "False", ...conflict };
  const established: Condition =
    conflict === undefined
      ? {
          type: "Established",
          status: "True",
          reason: "InitialNamesAccepted",
          message: "the initial names have been accepted",
        }
      : { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" };
  const kept = isConditionTrue(status.conditions, established.type)
    ? findCondition(status.conditions, established.type)
    : undefined;
  const conditions = withCondition(withCondition(status.conditions, names, now), kept ?? established, now);
  const stored = spec.versions.find(({ storage }) => storage)?.name;
  const storedVersions = new Set([...status.storedVersions, ...(stored === undefined ? [] : [stored])]);
  return {
    ...status,
    conditions,
    storedVersions: [...storedVersions],
    ...(conflict === undefined && {
      acceptedNames: { plural, singular, shortNames, kind, listKind, categories },
    }),
  };
}

interface Conflict {
  readonly reason: string;
  readonly message: string;
}

function conflictOf(
  { metadata, spec }: CustomResourceDefinition,
  others: Iterable<CustomResourceDefinition>,
): Conflict | undefined {
  const { plural, singular = "", shortNames = [], kind, listKind = "" } = spec.names;
  for (const other of others) {
    if (other.metadata.name === metadata.name || other.spec.group !== spec.group) continue;
    const taken = other.status.acceptedNames;
    const words = new Set([taken.plural, taken.singular, ...(taken.shortNames ?? [])].filter(Boolean));
    const kinds = new Set([taken.kind, taken.listKind].filter(Boolean));
    const word = [plural, singular, ...shortNames].find((name) => words.has(name));
    if (word !== undefined) return { reason: "NamesConflict", message: `"${word}" is already in use` };
    const name = [kind, listKind].find((each) => kinds.has(each));
    if (name !== undefined) return { reason: "KindConflict", message: `"${name}" is already in use` };
  }
  return undefined;
}
