import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, int32, text } from "../meta/schema.ts";
import { microTime, time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import type { Resource } from "../resource.ts";
import { type Cause, invalid } from "../validation/cause.ts";
import { eventColumns } from "./event-columns.ts";
import { objectReferenceSchema } from "./references.ts";

const prefix = definitionPrefix.core;

export const eventSourceSchema = define(`${prefix}.EventSource`, "Who saw it.", { component: text, host: text });

export const eventSchema = define(
  `${prefix}.Event`,
  "Something that happened to an object.",
  {
    ...typeMeta("v1", "Event"),
    metadata: objectMetaSchema,
    involvedObject: objectReferenceSchema,
    reason: text,
    message: text,
    source: eventSourceSchema.default({}),
    firstTimestamp: time,
    lastTimestamp: time,
    count: int32,
    type: text,
    eventTime: microTime,
    series: define(`${prefix}.EventSeries`, "How often it happened in a row.", {
      count: int32,
      lastObservedTime: microTime,
    }).optional(),
    action: text,
    related: objectReferenceSchema.optional(),
    reportingComponent: text,
    reportingInstance: text,
  },
  {
    involvedObject: "The object that it happened to.",
    reason: "What happened, in one word for programs.",
    message: "What happened, for people.",
    count: "How often it happened.",
    type: "Normal or Warning.",
  },
);
export type Event = z.infer<typeof eventSchema>;

export const eventResource: Resource<Event> = defineResource<Event>({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  schema: eventSchema,
  columns: eventColumns,
  fields: {
    "involvedObject.kind": ({ involvedObject }) => involvedObject.kind,
    "involvedObject.namespace": ({ involvedObject }) => involvedObject.namespace,
    "involvedObject.name": ({ involvedObject }) => involvedObject.name,
    "involvedObject.uid": ({ involvedObject }) => involvedObject.uid,
    "involvedObject.apiVersion": ({ involvedObject }) => involvedObject.apiVersion,
    "involvedObject.resourceVersion": ({ involvedObject }) => involvedObject.resourceVersion,
    "involvedObject.fieldPath": ({ involvedObject }) => involvedObject.fieldPath,
    reason: ({ reason }) => reason,
    reportingComponent: ({ reportingComponent, source }) => reportingComponent ?? source.component,
    source: ({ source, reportingComponent }) => source.component ?? reportingComponent,
    type: ({ type }) => type,
  },
  validate: validateEvent,
});

/** Events of objects without a namespace, such as boards, are kept in `default`. */
function validateEvent({ involvedObject, metadata }: Event): Cause[] {
  const { namespace } = involvedObject;
  const isAtHome =
    namespace === undefined
      ? ["default", "kube-system"].includes(metadata.namespace ?? "")
      : namespace === metadata.namespace;
  return isAtHome ? [] : [invalid("involvedObject.namespace", namespace ?? "", "does not match event.namespace")];
}
