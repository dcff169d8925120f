/** `bramble events`: what happened lately, the newest last. */
import { ApiError } from "../../api/api-error.ts";
import { shortDuration } from "../../api/printing.ts";
import { textTable } from "../output.ts";
import { field, lastSeenMs } from "./describe-command.ts";
import type { ObjectSession } from "./object-session.ts";
import { type PlainObject, plainList, plainObject } from "./plain-object.ts";
import { parseTarget } from "./targets.ts";

export interface EventsFlags {
  /** `KIND/NAME` */
  readonly for?: string;
  readonly types?: readonly string[];
  readonly watch: boolean;
}

export async function showEvents(session: ObjectSession, flags: EventsFlags): Promise<void> {
  const query = selectionOf(session, flags);
  const path = session.namespace === undefined ? "/api/v1/events" : `/api/v1/namespaces/${session.namespace}/events`;
  const list = plainList(await session.ask({ method: "GET", path, query }));
  const isShown = (event: PlainObject) => flags.types === undefined || flags.types.includes(field(event, "type"));
  const events = list.items.filter(isShown).sort((one, other) => lastSeenMs(one) - lastSeenMs(other));
  if (events.length === 0 && !flags.watch) session.io.err("No events found.\n");
  else {
    const withNamespace = session.namespace === undefined;
    const header = [...(withNamespace ? ["NAMESPACE"] : []), "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    session.io.out(textTable([header, ...events.map((event) => row(event, session, withNamespace))]));
    if (!flags.watch) return;
    const watch = { ...query, watch: "true", resourceVersion: list.metadata.resourceVersion ?? "0" };
    for await (const { type, object } of session.api.watch({ method: "GET", path, query: watch }, session.io.signal)) {
      if (type === "ERROR") throw ApiError.fromReply(500, object);
      if (type === "BOOKMARK" || type === "DELETED") continue;
      const event = plainObject(object);
      if (isShown(event)) session.io.out(textTable([row(event, session, withNamespace)]));
    }
  }
}

function row(event: PlainObject, { io }: ObjectSession, withNamespace: boolean): string[] {
  const { involvedObject } = event;
  const about = typeof involvedObject === "object" && involvedObject !== null ? { ...involvedObject } : {};
  return [
    ...(withNamespace ? [event.metadata.namespace ?? ""] : []),
    shortDuration(io.nowMs() - lastSeenMs(event)),
    field(event, "type"),
    field(event, "reason"),
    `${field(about, "kind").toLowerCase()}/${field(about, "name")}`,
    field(event, "message"),
  ];
}

function selectionOf(session: ObjectSession, flags: EventsFlags): Record<string, string> {
  if (flags.for === undefined) return {};
  const { kind, name } = parseTarget(session.kinds, [flags.for]);
  return { fieldSelector: `involvedObject.kind=${kind.kind},involvedObject.name=${name}` };
}
