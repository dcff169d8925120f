/** Who owns what after a write that was no apply. */
import type { Differences } from "./compare.ts";
import { difference, emptyFieldSet, type FieldSet, sameFieldSet, union } from "./field-set.ts";
import { isSameManager, type Manager, type ManagerKey } from "./manager.ts";

/** Beyond so many that update, the oldest become one: objects must not grow with every new client. */
const updatersMax = 10;
const ancientName = "ancient-changes";

/** The writer comes to own what it changed, and nobody owns any more what is gone. */
export function trackUpdate(
  managers: readonly Manager[],
  writer: ManagerKey,
  { changed, removed }: Differences,
  time: string,
): readonly Manager[] {
  if (changed.size === 0 && removed.size === 0) return managers;
  const others = managers.filter((manager) => !isSameManager(manager, writer));
  const own = managers.find((manager) => isSameManager(manager, writer));
  const left = others.map((manager) => without(without(manager, changed), removed)).filter(ownsSomething);
  const before = own?.fields ?? emptyFieldSet;
  const fields = union(difference(before, removed), changed);
  if (fields.size === 0) return left;
  if (own !== undefined && sameFieldSet(before, fields)) return [...left, own];
  return capped([...left, { ...writer, time, fields }]);
}

/** The manager without these fields; itself where it owns none of them. */
export function without(manager: Manager, fields: FieldSet): Manager {
  const left = difference(manager.fields, fields);
  return sameFieldSet(left, manager.fields) ? manager : { ...manager, fields: left, entry: undefined };
}

export function ownsSomething({ fields }: Manager): boolean {
  return fields.size > 0;
}

function capped(managers: readonly Manager[]): readonly Manager[] {
  const updaters = managers.filter(({ operation }) => operation === "Update");
  if (updaters.length <= updatersMax) return managers;
  const byAge = updaters.sort((one, other) => ((one.time ?? "") < (other.time ?? "") ? -1 : 1));
  const old = byAge.slice(0, updaters.length - updatersMax + 1);
  const [oldest] = old;
  if (oldest === undefined) return managers;
  const { apiVersion } = oldest;
  const time = old.at(-1)?.time;
  const fields = old.map((manager) => manager.fields).reduce(union, emptyFieldSet);
  const ancient: Manager = { manager: ancientName, operation: "Update", apiVersion, subresource: "", time, fields };
  return [...managers.filter((manager) => !old.includes(manager)), ancient];
}
