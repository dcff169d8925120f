/** Events as `kubectl get events` shows them. */
import type { Column } from "../define-resource.ts";
import { age } from "../printing.ts";
import type { Event } from "./event.ts";

export const eventColumns: readonly Column<Event>[] = [
  {
    name: "Last Seen",
    description: "The time since it last happened.",
    cell: (event, nowMs) => age(lastSeen(event), nowMs),
  },
  { name: "Type", description: "Normal or Warning.", cell: ({ type = "" }) => type },
  { name: "Reason", description: "What happened, in one word.", cell: ({ reason = "" }) => reason },
  { name: "Object", description: "The object that it happened to.", cell: objectText },
  {
    name: "Subobject",
    description: "The part of the object that it happened to.",
    wide: true,
    cell: ({ involvedObject }) => involvedObject.fieldPath ?? "",
  },
  { name: "Source", description: "Who saw it.", wide: true, cell: sourceText },
  { name: "Message", description: "What happened.", cell: ({ message = "" }) => message.trim() },
  {
    name: "First Seen",
    description: "The time since it first happened.",
    wide: true,
    cell: (event, nowMs) => age(event.firstTimestamp ?? event.eventTime, nowMs),
  },
  { name: "Count", description: "How often it happened.", wide: true, cell: (event) => `${countOf(event)}` },
  { name: "Name", description: "The event's name.", wide: true, cell: ({ metadata }) => metadata.name },
];

function lastSeen({ series, lastTimestamp, firstTimestamp, eventTime }: Event): string | undefined {
  return series?.lastObservedTime ?? lastTimestamp ?? firstTimestamp ?? eventTime;
}

function countOf({ series, count }: Event): number {
  return series?.count ?? count ?? 1;
}

function objectText({ involvedObject: { kind = "", name = "" } }: Event): string {
  return name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source.component ?? reportingComponent ?? "";
  const host = source.host ?? reportingInstance;
  return host === undefined ? component : `${component}, ${host}`;
}
