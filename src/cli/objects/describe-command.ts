/** `bramble describe`: all that the fleet says of an object, for reading, and what happened to it lately. */
import { shortDuration } from "../../api/printing.ts";
import { textTable } from "../output.ts";
import type { ObjectSession } from "./object-session.ts";
import { type PlainObject, plainList, plainObject } from "./plain-object.ts";
import type { ServedKind } from "./served-kinds.ts";
import { parseTargets } from "./targets.ts";

export interface DescribeFlags {
  readonly selector?: string;
  readonly showEvents: boolean;
}

const indentWidth = 2;

export async function describeObjects(
  session: ObjectSession,
  words: readonly string[],
  flags: DescribeFlags,
): Promise<void> {
  const texts: string[] = [];
  for (const target of parseTargets(session.kinds, words)) {
    const query = flags.selector === undefined ? {} : { labelSelector: flags.selector };
    const body = await session.ask({ method: "GET", path: session.pathOf(target), query });
    const objects = target.name === undefined ? plainList(body).items : [plainObject(body)];
    for (const object of objects) {
      const events = flags.showEvents ? await eventsOf(session, target.kind, object) : "";
      texts.push(`${describeObject(object)}${events}`);
    }
  }
  if (texts.length === 0) session.io.err("No resources found.\n");
  session.io.out(texts.join("\n\n"));
}

/** The object's parts under headings, without what only programs read. */
export function describeObject(object: PlainObject): string {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, namespace, labels, annotations, creationTimestamp, ownerReferences, deletionTimestamp } = metadata;
  const head: [string, string][] = [
    ["Name", name ?? ""],
    ...(namespace === undefined ? [] : [["Namespace", namespace] as [string, string]]),
    ["Kind", `${kind} (${apiVersion})`],
    ["Labels", pairs(labels)],
    ["Annotations", pairs(annotations)],
    ["Created", creationTimestamp ?? "<unknown>"],
    ...(deletionTimestamp === undefined ? [] : [["Deleting since", deletionTimestamp] as [string, string]]),
    ...(ownerReferences ?? []).map((owner) => ["Controlled By", `${owner.kind}/${owner.name}`] as [string, string]),
  ];
  const width = Math.max(...head.map(([label]) => label.length)) + 3;
  const lines = head.flatMap(([label, text]) =>
    text.split("\n").map((line, place) => `${place === 0 ? `${label}:`.padEnd(width) : " ".repeat(width)}${line}`),
  );
  return `${[...lines, ...nested(rest, 0)].join("\n")}\n`;
}

function pairs(map: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(map ?? {});
  return entries.length === 0 ? "<none>" : entries.map(([key, value]) => `${key}=${value}`).join("\n");
}

/** Values by their headings: `readyReplicas` reads `Ready Replicas`. */
function nested(value: unknown, depth: number): string[] {
  const indent = " ".repeat(depth * indentWidth);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const [first = "", ...others] = nested(item, depth + 1);
      return [`${indent}- ${first.trimStart()}`, ...others];
    });
  }
  if (typeof value !== "object" || value === null) return [`${indent}${String(value)}`];
  return Object.entries(value).flatMap(([key, part]) => {
    const heading = `${indent}${titleOf(key)}:`;
    if (typeof part !== "object" || part === null) {
      const [first = "", ...others] = String(part).split("\n");
      return [`${heading} ${first}`, ...others.map((line) => `${indent}  ${line}`)];
    }
    return Object.keys(part).length === 0 ? [`${heading} <none>`] : [heading, ...nested(part, depth + 1)];
  });
}

function titleOf(key: string): string {
  if (/[^a-zA-Z0-9]/.test(key)) return key;
  const spaced = key.replace(/([a-z0-9])([A-Z])/g, "$1 $2");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

async function eventsOf(session: ObjectSession, kind: ServedKind, { metadata }: PlainObject): Promise<string> {
  const { name = "", namespace, uid } = metadata;
  // A board's events name it by its name alone, as in Kubernetes.
  const selectors = [`involvedObject.name=${name}`, `involvedObject.kind=${kind.kind}`];
  if (kind.kind !== "Node" && uid !== undefined) selectors.push(`involvedObject.uid=${uid}`);
  const path = namespace === undefined ? "/api/v1/events" : `/api/v1/namespaces/${namespace}/events`;
  const { items } = plainList(
    await session.ask({ method: "GET", path, query: { fieldSelector: selectors.join(",") } }),
  );
  if (items.length === 0) return "Events: <none>\n";
  const rows = items
    .map((event) => ({ event, lastMs: lastSeenMs(event) }))
    .sort((one, other) => one.lastMs - other.lastMs)
    .map(({ event, lastMs }) => [
      field(event, "type"),
      field(event, "reason"),
      shortDuration(session.io.nowMs() - lastMs),
      field(event, "message"),
    ]);
  return `Events:\n${textTable([["TYPE", "REASON", "AGE", "MESSAGE"], ...rows])}`;
}

/** Milliseconds since 1970 at which an event was seen last. */
export function lastSeenMs(event: PlainObject): number {
  const at = field(event, "lastTimestamp") || field(event, "eventTime") || event.metadata.creationTimestamp || "";
  return Date.parse(at) || 0;
}

export function field(object: Readonly<Record<string, unknown>>, name: string): string {
  const value = object[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
