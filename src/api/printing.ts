/** Cells that many kinds share, in kubectl's short forms. */

import type { Column } from "./define-resource.ts";
import type { ApiObject } from "./meta/object-meta.ts";
import { parseTime } from "./meta/time.ts";

const second = 1000;
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** `12s`, `5m3s`, `3h`, `2d4h`, `1y20d`: two units while the larger is small, then one. As kubectl writes ages. */
export function shortDuration(ms: number): string {
  const seconds = Math.floor(ms / second);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * minute) return `${seconds}s`;
  if (seconds < 10 * minute) return pair(seconds, minute, "m", second / 1000, "s");
  if (seconds < 3 * hour) return `${Math.floor(seconds / minute)}m`;
  if (seconds < 8 * hour) return pair(seconds, hour, "h", minute, "m");
  if (seconds < 2 * day) return `${Math.floor(seconds / hour)}h`;
  if (seconds < 8 * day) return pair(seconds, day, "d", hour, "h");
  if (seconds < 2 * 365 * day) return `${Math.floor(seconds / day)}d`;
  if (seconds < 8 * 365 * day) return pair(seconds, 365 * day, "y", day, "d");
  return `${Math.floor(seconds / (365 * day))}y`;
}

function pair(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${largeName}${rest === 0 ? "" : `${rest}${smallName}`}`;
}

/** The time since a timestamp, `<unknown>` where there is none. */
export function age(timestamp: string | undefined, nowMs: number): string {
  const since = timestamp === undefined ? undefined : parseTime(timestamp);
  return since === undefined ? "<unknown>" : shortDuration(nowMs - since);
}

export const nameColumn: Column<ApiObject> = {
  name: "Name",
  description: "The object's name.",
  cell: (object) => object.metadata.name,
};

export const ageColumn: Column<ApiObject> = {
  name: "Age",
  description: "The time since the object was created.",
  cell: (object, nowMs) => age(object.metadata.creationTimestamp, nowMs),
};

/** For kinds of which nothing but their age is worth a column. */
export const createdAtColumn: Column<ApiObject> = {
  name: "Created At",
  type: "date",
  description: "When the object was created.",
  cell: (object) => object.metadata.creationTimestamp ?? "",
};

/** A cell that is never empty. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === "" ? "<none>" : text;
}

/** `a=b,c=d`, sorted by key. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return orNone(pairs.sort().join(","));
}

const accessModeAbbreviations = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
} as const;

/** `RWO,ROX` */
export function accessModesText(modes: readonly (keyof typeof accessModeAbbreviations)[] | undefined): string {
  return [...new Set(modes)].map((mode) => accessModeAbbreviations[mode]).join(",");
}
