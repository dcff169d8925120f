/** Event in `events.k8s.io/v1`: the same events as in `v1`, in newer words. */
import type { z } from "zod";
import { defineVersion } from "../define-version.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, int32, text } from "../meta/schema.ts";
import { microTime, time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import type { Resource } from "../resource.ts";
import { type Cause, required } from "../validation/cause.ts";
import { type Event, eventResource, eventSourceSchema } from "./event.ts";
import { objectReferenceSchema } from "./references.ts";

const prefix = "io.k8s.api.events.v1";

const newerEventSchema = define(
  `${prefix}.Event`,
  "Something that happened to an object.",
  {
    ...typeMeta("events.k8s.io/v1", "Event"),
    metadata: objectMetaSchema,
    eventTime: microTime,
    series: define(`${prefix}.EventSeries`, "How often it happened in a row.", {
      count: int32,
      lastObservedTime: microTime,
    }).optional(),
    reportingController: text,
    reportingInstance: text,
    action: text,
    reason: text,
    regarding: objectReferenceSchema.default({}),
    related: objectReferenceSchema.optional(),
    note: text,
    type: text,
    deprecatedSource: eventSourceSchema.default({}),
    deprecatedFirstTimestamp: time,
    deprecatedLastTimestamp: time,
    deprecatedCount: int32,
  },
  {
    eventTime: "When it first happened.",
    reportingController: "The controller that reports it.",
    action: "What was done about it, in one word for programs.",
    reason: "Why it was done, in one word for programs.",
    regarding: "The object that it happened to.",
    note: "What happened, for people.",
    type: "Normal or Warning.",
  },
);
type NewerEvent = z.infer<typeof newerEventSchema>;

export const newerEventResource: Resource<NewerEvent> = defineVersion<NewerEvent, Event>(eventResource, {
  group: "events.k8s.io",
  version: "v1",
  schema: newerEventSchema,
  toStored({
    reportingController,
    regarding,
    note,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    ...same
  }) {
    return {
      ...same,
      apiVersion: "v1",
      reportingComponent: reportingController,
      involvedObject: regarding,
      message: note,
      source: deprecatedSource,
      firstTimestamp: deprecatedFirstTimestamp,
      lastTimestamp: deprecatedLastTimestamp,
      count: deprecatedCount,
    };
  },
  fromStored({ reportingComponent, involvedObject, message, source, firstTimestamp, lastTimestamp, count, ...same }) {
    return {
      ...same,
      apiVersion: "events.k8s.io/v1",
      reportingController: reportingComponent,
      regarding: involvedObject,
      note: message,
      deprecatedSource: source,
      deprecatedFirstTimestamp: firstTimestamp,
      deprecatedLastTimestamp: lastTimestamp,
      deprecatedCount: count,
    };
  },
  fields: {
    "involvedObject.kind": "regarding.kind",
    "involvedObject.namespace": "regarding.namespace",
    "involvedObject.name": "regarding.name",
    "involvedObject.uid": "regarding.uid",
    "involvedObject.apiVersion": "regarding.apiVersion",
    "involvedObject.resourceVersion": "regarding.resourceVersion",
    "involvedObject.fieldPath": "regarding.fieldPath",
    reportingComponent: "reportingController",
  },
  validate: validateNewerEvent,
});

/** Events that were reported in `v1` are seen here too, and lack what this version demands of its own. */
function validateNewerEvent(event: NewerEvent): Cause[] {
  if (event.deprecatedFirstTimestamp !== undefined) return [];
  const demanded = ["eventTime", "reportingController", "reportingInstance", "action", "reason", "type"] as const;
  return demanded.filter((field) => event[field] === undefined).map((field) => required(field));
}
