/** Keeps `metadata.managedFields`: which manager has set which fields of an object that is written. */
import { compareFields, type Differences } from "../../api/managed-fields/compare.ts";
import { conflictError } from "../../api/managed-fields/conflict.ts";
import { emptyFieldSet, type FieldSet, sameFieldSet } from "../../api/managed-fields/field-set.ts";
import { type FieldType, fieldTypeOf } from "../../api/managed-fields/field-type.ts";
import {
  isSameManager,
  type Manager,
  readManagers,
  writeCreator,
  writeManagers,
} from "../../api/managed-fields/manager.ts";
import { conflictsOf, ownableFields, ownedAtBirth, trackApply } from "../../api/managed-fields/track-apply.ts";
import { trackUpdate } from "../../api/managed-fields/track-update.ts";
import type { ApiObject, ObjectMeta } from "../../api/meta/object-meta.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { AnyResource } from "../../api/resource.ts";
import { managerOf } from "./field-manager.ts";
import type { ServerContext, VerbRequest } from "./verb-context.ts";

type ManagedFields = ObjectMeta["managedFields"];

/** `next` with the managers that it has after the write. */
export type Recorder = (next: ApiObject, current: ApiObject, submitted: ManagedFields) => ApiObject;

/** For a PUT, or a patch that is none of server-side apply. */
export function updateRecorder(context: ServerContext, request: VerbRequest): Recorder {
  return (next, current, submitted) => {
    if (!recordsManagers(context)) return next;
    const writer = managerOf(request, "Update");
    const before = readOrNone(current.metadata.managedFields);
    const managers = request.subresource === undefined ? submittedManagers(submitted, before) : before;
    const after = trackUpdate(managers, writer, differences(request, current, next), now(context));
    return withManagers(next, current, before, after);
  };
}

/** For a server-side apply of what owns `applied`. Throws `ApiError` (409) where others own what it changes. */
export function applyRecorder(
  context: ServerContext,
  request: VerbRequest,
  applied: FieldSet,
  settle: (conflicts: FieldSet) => FieldSet,
): Recorder {
  return (next, current) => {
    const applier = managerOf(request, "Apply");
    const changes = differences(request, current, next);
    const before = readOrNone(current.metadata.managedFields);
    const known = liveManagers(request.resource, current);
    const conflicts = conflictsOf(known, applier, { ...changes, changed: settle(changes.changed) });
    if (conflicts.length > 0) throw conflictError(conflicts);
    const owned = ownableFields(applied, request.subresource ?? "", hasStatus(request.resource));
    return withManagers(next, current, before, trackApply(known, applier, owned, changes, now(context)));
  };
}

/** For a new object; whoever creates it has set all of it, whoever applies it what was applied. */
export function recordCreation(
  context: ServerContext,
  request: VerbRequest,
  object: ApiObject,
  applied?: FieldSet,
): ApiObject {
  if (!recordsManagers(context)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  const born = { ...object, metadata };
  return { ...born, metadata: { ...metadata, managedFields: firstManagers(request, born, applied, now(context)) } };
}

function firstManagers(
  request: VerbRequest,
  born: ApiObject,
  applied: FieldSet | undefined,
  time: string,
): NonNullable<ManagedFields> {
  const { resource } = request;
  if (applied === undefined) {
    const text = ownedAtBirth(born, fieldTypeOf(resource.schema), hasStatus(resource));
    return text === "" ? [] : [writeCreator(managerOf(request, "Update"), time, text)];
  }
  const fields = ownableFields(applied, "", hasStatus(resource));
  return writeManagers(trackApply([], managerOf(request, "Apply"), fields, noDifferences, time));
}

const noDifferences: Differences = { changed: emptyFieldSet, removed: emptyFieldSet };

/** Events are told from voter to voter and soon forgotten: nobody applies them. */
function recordsManagers({ objects, fleet }: ServerContext): boolean {
  return objects.reader === fleet.reader;
}

/** What an object was written by before its managers were recorded. */
const unknownWriter = "before-first-apply";

/** The managers of an object; one that has none was written by somebody nevertheless. */
export function liveManagers(resource: AnyResource, current: ApiObject): readonly Manager[] {
  const managers = readOrNone(current.metadata.managedFields);
  if (managers.length > 0) return managers;
  const writer = { manager: unknownWriter, operation: "Update", subresource: "" } as const;
  const bare = { apiVersion: current.apiVersion, kind: current.kind, metadata: {}, spec: {}, status: {} };
  const { changed } = compareFields(bare, current, fieldTypeOf(resource.schema));
  const fields = ownableFields(changed, "", hasStatus(resource));
  return [{ ...writer, apiVersion: current.apiVersion, time: undefined, fields }];
}

function differences({ resource, subresource = "" }: VerbRequest, current: object, next: object): Differences {
  const type: FieldType = fieldTypeOf(resource.schema);
  const { changed, removed } = compareFields(current, next, type);
  const ownable = (fields: FieldSet) => ownableFields(fields, subresource, hasStatus(resource));
  return { changed: ownable(changed), removed: ownable(removed) };
}

function hasStatus({ subresources }: AnyResource): boolean {
  return subresources.includes("status");
}

function now({ clock }: ServerContext): string {
  return formatTime(clock.nowMs());
}

function readOrNone(entries: ManagedFields): readonly Manager[] {
  return readManagers(entries ?? []) ?? [];
}

/** A client may hand fields over, or forget all managers with one empty entry; what makes no sense is passed over. */
function submittedManagers(submitted: ManagedFields, before: readonly Manager[]): readonly Manager[] {
  const [first, ...more] = submitted ?? [];
  if (first === undefined) return before;
  const isReset = more.length === 0 && Object.values(first).every((value) => value === undefined);
  if (isReset) return [];
  const managers = readOrNone(submitted);
  return managers.length === 0 ? before : managers;
}

/** Where nothing changed, the entries are the very ones that were there, so that nothing is written. */
function withManagers(
  next: ApiObject,
  current: ApiObject,
  before: readonly Manager[],
  after: readonly Manager[],
): ApiObject {
  const managedFields = sameManagers(before, after) ? current.metadata.managedFields : writeManagers(after);
  const { managedFields: _, ...metadata } = next.metadata;
  return {
    ...next,
    metadata: { ...metadata, ...(managedFields !== undefined && managedFields.length > 0 && { managedFields }) },
  };
}

function sameManagers(before: readonly Manager[], after: readonly Manager[]): boolean {
  if (before === after) return true;
  return (
    before.length === after.length && after.every((manager) => before.some((known) => isUnchanged(known, manager)))
  );
}

function isUnchanged(known: Manager, manager: Manager): boolean {
  return isSameManager(known, manager) && sameFieldSet(known.fields, manager.fields);
}
