/** Who sets fields: the managers of an object, from `metadata.managedFields` and back. */
import type { ObjectMeta } from "../meta/object-meta.ts";
import { emptyFieldSet, type FieldSet } from "./field-set.ts";
import { fromFieldsV1 } from "./fields-v1.ts";
import { type FieldsV1Entry, sharedFieldsV1 } from "./shared-fields.ts";

export type ManagedFieldsEntry = NonNullable<ObjectMeta["managedFields"]>[number];

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
    const fields = readFields(entry.fieldsV1);
    const isSound = (operation === "Apply" || operation === "Update") && apiVersion !== undefined;
    if (!isSound || fieldsType !== "FieldsV1" || fields === undefined) return undefined;
    if (fields.size > 0) managers.push({ manager, operation, apiVersion, subresource, time, fields });
  }
  return managers;
}

/** Field sets that were read before: versions of objects share them. */
const known = new WeakMap<object, FieldSet>();

function readFields(fieldsV1: ManagedFieldsEntry["fieldsV1"]): FieldSet | undefined {
  if (fieldsV1 === undefined) return emptyFieldSet;
  const found = known.get(fieldsV1);
  if (found !== undefined) return found;
  const read = fromFieldsV1(fieldsV1);
  if (read !== undefined) known.set(fieldsV1, read);
  return read;
}

/** Appliers first, then by time, as Kubernetes lists them. */
export function writeManagers(managers: readonly Manager[]): ManagedFieldsEntry[] {
  return [...managers].sort(compareManagers).map(({ manager, operation, apiVersion, subresource, time, fields }) => {
    const fieldsV1: FieldsV1Entry = sharedFieldsV1(fields);
    known.set(fieldsV1, fields);
    return {
      manager,
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: "FieldsV1",
      fieldsV1,
      ...(subresource !== "" && { subresource }),
    };
  });
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
