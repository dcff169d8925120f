/** What voters say to each other about events, as JSON on the `events` channel. Any of it may be lost. */
import { z } from "zod";
import type { StoreKey } from "../../store/types.ts";
import { type EventCopy, eventsPrefix, parseEventCopy } from "./event-copy.ts";

export type EventMessage =
  /** Asks for everything, unless what the other one has adds up to the same. */
  | { readonly type: "compare"; readonly digest: string }
  | { readonly type: "same" }
  /** The other answer, in parts; the last one says so. */
  | { readonly type: "all"; readonly events: readonly EventCopy[]; readonly isLast: boolean }
  | { readonly type: "changed"; readonly events: readonly EventCopy[]; readonly gone: readonly StoreKey[] };

const events = z.array(z.unknown()).transform((copies) => copies.flatMap((copy) => parseEventCopy(copy) ?? []));
const key = z.string().startsWith(eventsPrefix);

const messageSchema: z.ZodType<EventMessage> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("compare"), digest: z.string() }),
  z.object({ type: z.literal("same") }),
  z.object({ type: z.literal("all"), events, isLast: z.boolean() }),
  z.object({ type: z.literal("changed"), events, gone: z.array(key) }),
]);

export function encodeEventMessage(message: EventMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

/** Undefined for what is no such message; copies that are none are left out. */
export function decodeEventMessage(bytes: Uint8Array): EventMessage | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  } catch {
    return undefined;
  }
}

/** Of a message, in UTF-16 units, unless one event is larger. */
const partSizeMax = 64_000;

/** At least one part, though it may be empty. */
export function inParts(copies: readonly EventCopy[]): EventCopy[][] {
  let part: EventCopy[] = [];
  const parts = [part];
  let size = 0;
  for (const copy of copies) {
    size += copy.value.length;
    if (part.length > 0 && size > partSizeMax) {
      part = [];
      parts.push(part);
      size = copy.value.length;
    }
    part.push(copy);
  }
  return parts;
}
