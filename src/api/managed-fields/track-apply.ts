/** Server-side apply: what becomes of the live object and of its managers. Pure. */

import type { Differences } from "./compare.ts";
import type { Conflict } from "./conflict.ts";
import {
  difference,
  emptyFieldSet,
  type FieldNode,
  type FieldSet,
  intersection,
  leafNode,
  sameFieldSet,
  union,
} from "./field-set.ts";
import type { FieldType } from "./field-type.ts";
import { fieldsOf } from "./fields-of.ts";
import { isSameManager, type Manager, type ManagerKey } from "./manager.ts";
import { mergeApplied, prune } from "./merge.ts";
import { ownsSomething, without } from "./track-update.ts";
import { createdText } from "./whole-text.ts";

/** The live object with what is applied, and without what the applier applied before and now leaves out. */
export function applyConfiguration(
  live: unknown,
  applied: unknown,
  type: FieldType,
  managers: readonly Manager[],
  applier: ManagerKey,
): unknown {
  const merged = mergeApplied(live, applied, type);
  const last = managers.find((manager) => isSameManager(manager, applier))?.fields ?? emptyFieldSet;
  const others = managers.filter((manager) => !isSameManager(manager, applier));
  const kept = others.map(({ fields }) => fields).reduce(union, fieldsOf(applied, type));
  return prune(merged, type, last, kept);
}

/** Where others own what the apply changes. */
export function conflictsOf(managers: readonly Manager[], applier: ManagerKey, { changed }: Differences): Conflict[] {
  return managers
    .filter((manager) => !isSameManager(manager, applier))
    .map((manager) => ({ manager, fields: intersection(manager.fields, changed) }))
    .filter(({ fields }) => fields.size > 0);
}

/** The applier comes to own exactly what it applies, beside others who want it the same. */
export function trackApply(
  managers: readonly Manager[],
  applier: ManagerKey,
  applied: FieldSet,
  { changed, removed }: Differences,
  time: string,
): readonly Manager[] {
  const own = managers.find((manager) => isSameManager(manager, applier));
  const left = managers
    .filter((manager) => !isSameManager(manager, applier))
    .map((manager) => without(without(manager, changed), removed))
    .filter(ownsSomething);
  if (applied.size === 0) return left;
  if (own !== undefined && sameFieldSet(own.fields, applied)) return [...left, own];
  return [...left, { ...applier, time, fields: applied }];
}

/** What of `fields` may be owned through the object itself or through one of its subresources. */
export function ownableFields(fields: FieldSet, subresource: string, hasStatus: boolean): FieldSet {
  if (subresource === "status") return difference(reportable(fields), serverFields);
  return difference(hasStatus ? withoutStatus(fields) : fields, serverFields);
}

const reportableElements: ReadonlySet<string> = new Set(["f:status", "f:metadata"]);

function reportable(fields: FieldSet): FieldSet {
  return new Map([...fields].filter(([element]) => reportableElements.has(element)));
}

function withoutStatus(fields: FieldSet): FieldSet {
  if (!fields.has("f:status")) return fields;
  return new Map([...fields].filter(([element]) => element !== "f:status"));
}

/** What names an object, and what the server alone writes, belongs to nobody. */
const serverNames = ["apiVersion", "kind"];
const serverMetadata = new Set([
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "generation",
  "managedFields",
  "resourceVersion",
]);
const serverFields: FieldSet = new Map([
  ...leaves(serverNames),
  ["f:metadata", { owned: true, below: new Map(leaves(serverMetadata)) }],
]);

function leaves(names: Iterable<string>): [string, FieldNode][] {
  return Array.from(names, (name) => [`f:${name}`, leafNode]);
}

const unownedAtTop: ReadonlySet<string> = new Set(serverNames);
const unownedBesideStatus: ReadonlySet<string> = new Set([...serverNames, "status"]);

/** As text, what `ownableFields` leaves of all that a new object has. */
export function ownedAtBirth(object: object, type: FieldType, hasStatus: boolean): string {
  const top = hasStatus ? unownedBesideStatus : unownedAtTop;
  return createdText(object, type, { top, metadata: serverMetadata });
}
