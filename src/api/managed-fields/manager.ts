/** Who sets fields: the managers of an object, from `metadata.managedFields` and back. */
import type { FieldSet } from "./field-set.ts";
import { entryOfFields, entryOfText, fieldsOfEntry, type ManagedFieldsEntry } from "./fields-entry.ts";

export type Operation = "Apply" | "Update";

/** What tells one manager of an object from another. */
export interface ManagerKey {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

export interface Manager extends ManagerKey {
  readonly time: string | undefined;
  readonly fields: FieldSet;
  /** What it was read from, as long as nothing of it has changed. */
  readonly entry?: ManagedFieldsEntry | undefined;
}

/** How a refusal names a manager. */
export function managerText({ manager, operation, apiVersion, subresource }: ManagerKey): string {
  const name = JSON.stringify(manager);
  const where = subresource === "" ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  return operation === "Update" ? `${where} using ${apiVersion}` : where;
}

export function isSameManager(one: ManagerKey, other: ManagerKey): boolean {
  return (
    one.manager === other.manager &&
    one.operation === other.operation &&
    one.apiVersion === other.apiVersion &&
    one.subresource === other.subresource
  );
}

/** Undefined where an entry makes no sense. */
export function readManagers(entries: readonly ManagedFieldsEntry[]): readonly Manager[] | undefined {
  const managers: Manager[] = [];
  for (const entry of entries) {
    const { manager = "", operation, apiVersion, subresource = "", time, fieldsType = "FieldsV1" } = entry;
    const fields = fieldsOfEntry(entry);
    const isSound = (operation === "Apply" || operation === "Update") && apiVersion !== undefined;
    if (!isSound || fieldsType !== "FieldsV1" || fields === undefined) return undefined;
    if (fields.size > 0) managers.push({ manager, operation, apiVersion, subresource, time, fields, entry });
  }
  return managers;
}

/** Appliers first, then by time, as Kubernetes lists them. */
export function writeManagers(managers: readonly Manager[]): ManagedFieldsEntry[] {
  return [...managers].sort(compareManagers).map(writeManager);
}

/** The one manager of a new object, with its fields as text. */
export function writeCreator(key: ManagerKey, time: string, text: string): ManagedFieldsEntry {
  return entryOfText(headOf(key, time), text);
}

function writeManager({ time, fields, entry, ...key }: Manager): ManagedFieldsEntry {
  return entry ?? entryOfFields(headOf(key, time), fields);
}

function headOf({ manager, operation, apiVersion, subresource }: ManagerKey, time: string | undefined) {
  return {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    ...(subresource !== "" && { subresource }),
  };
}

function compareManagers(one: Manager, other: Manager): number {
  return (
    compareText(one.operation, other.operation) ||
    compareText(one.time ?? "", other.time ?? "") ||
    compareText(one.manager, other.manager) ||
    compareText(one.subresource, other.subresource)
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
