/** What a watch owes to who follows it: every change after a revision, once, in order, as everybody else was told. */
import type { Version } from "./versioned-register.ts";

export interface NamedVersion extends Version {
  readonly name: string;
}

/** What one watcher was told from `after` on, over however many connections to whichever voters. */
export interface WatchRecord {
  readonly after: number;
  readonly events: readonly NamedVersion[];
  /** It was told, by an event or a bookmark, that it knows everything up to here. */
  readonly upTo: number;
}

/** `told` is what clients and other watchers learned of the same objects. */
export function watchViolations({ after, events, upTo }: WatchRecord, told: readonly NamedVersion[]): string[] {
  const unordered = events.flatMap(({ name, revision }, index) => {
    const before = events[index - 1]?.revision ?? after;
    return revision > before ? [] : [`${name} at ${revision} came after ${before}`];
  });
  const seen = new Map(events.map((event) => [event.revision, event]));
  const owed = told.filter(({ revision }) => revision > after && revision <= upTo);
  const wrong = owed.flatMap((version) => {
    const event = seen.get(version.revision);
    if (event?.name === version.name && event.value === version.value) return [];
    return [`${describe(version)} was owed, ${event === undefined ? "nothing" : describe(event)} came`];
  });
  return [...unordered, ...new Set(wrong)];
}

function describe({ name, value, revision }: NamedVersion): string {
  return `${name}=${value} at ${revision}`;
}
