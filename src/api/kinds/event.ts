import type { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, int32, text } from "../meta/schema.ts";
import { microTime, time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { objectReferenceSchema } from "./references.ts";

const prefix = definitionPrefix.core;

export const eventSchema = define(
  `${prefix}.Event`,
  "Something that happened to an object.",
  {
    ...typeMeta("v1", "Event"),
    metadata: objectMetaSchema,
    involvedObject: objectReferenceSchema,
    reason: text,
    message: text,
    source: define(`${prefix}.EventSource`, "Who saw it.", { component: text, host: text }).default({}),
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
