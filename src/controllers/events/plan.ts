/** Which events are forgotten: a fleet keeps a bounded number of recent ones. */
import type { Event } from "../../api/kinds/event.ts";
import { parseTime } from "../../api/meta/time.ts";

export interface EventLimits {
  readonly countMax: number;
  /** Trimming begins this many above the limit, so that it happens in batches. */
  readonly slack: number;
  readonly ageMsMax: number;
}

const defaultEventLimits: EventLimits = { countMax: 1000, slack: 100, ageMsMax: 3_600_000 };

/** The oldest events beyond the limits. Time alone trims nothing: on an idle fleet even old events stay, and cost nothing. */
export function planEvents(events: readonly Event[], nowMs: number, limits = defaultEventLimits): readonly Event[] {
  const newestFirst = [...events].sort((a, b) => lastSeenMs(b) - lastSeenMs(a));
  const surplus = events.length > limits.countMax + limits.slack ? newestFirst.slice(limits.countMax) : [];
  const expired = newestFirst.filter((event) => nowMs - lastSeenMs(event) > limits.ageMsMax);
  return expired.length > surplus.length ? expired : surplus;
}

function lastSeenMs(event: Event): number {
  const text = event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp;
  return parseTime(text ?? "") ?? 0;
}
