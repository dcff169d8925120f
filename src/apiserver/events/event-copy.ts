/** An event as voters pass it on to each other, and which of two copies is the newer one. */
import { z } from "zod";
import { type Event, eventResource } from "../../api/kinds/event.ts";
import { parseTime } from "../../api/meta/time.ts";
import type { StoreKey } from "../../store/types.ts";
import { divideStored } from "../storage/object-codec.ts";
import { collectionPrefix, objectKey } from "../storage/object-key.ts";

export const eventsPrefix = collectionPrefix(eventResource, undefined);

export interface EventCopy {
  readonly key: StoreKey;
  /** As it is stored. */
  readonly value: string;
  /** Since it was last touched: voters' clocks may differ. */
  readonly ageMs: number;
}

const copySchema = z.object({ key: z.string(), value: z.string(), ageMs: z.number().nonnegative() });

/** Undefined for anything that is no copy of an event under its own key. */
export function parseEventCopy(value: unknown): EventCopy | undefined {
  const copy = copySchema.safeParse(value).data;
  const event = copy && parseEvent(copy.value);
  if (copy === undefined || event === undefined) return undefined;
  return copy.key === objectKey(eventResource, event.metadata) ? copy : undefined;
}

/** Whether `candidate` tells more than `present`. Of two different copies one is newer, on every voter the same one. */
export function isNewerEvent(candidate: string, present: string): boolean {
  const [a, b] = [rankOf(candidate), rankOf(present)];
  if (a.count !== b.count) return a.count > b.count;
  if (a.seenMs !== b.seenMs) return a.seenMs > b.seenMs;
  return candidate > present;
}

function rankOf(value: string): { readonly count: number; readonly seenMs: number } {
  const event = parseEvent(value);
  const count = event?.series?.count ?? event?.count ?? 0;
  const seen = event?.series?.lastObservedTime ?? event?.lastTimestamp ?? event?.eventTime;
  return { count, seenMs: parseTime(seen ?? "") ?? 0 };
}

function parseEvent(text: string): Event | undefined {
  try {
    return eventResource.schema.safeParse(JSON.parse(divideStored(text).text)).data;
  } catch {
    return undefined;
  }
}
