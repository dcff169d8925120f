import type { Event } from "../../api/kinds/event.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { EventNews } from "../../api/telemetry/news.ts";

export function eventNews(event: Event): EventNews {
  const { type = "Normal", reason = "", message = "", involvedObject, source, series, count = 1 } = event;
  const time = series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
  return {
    time: time ?? formatTime(0),
    type,
    reason,
    message,
    kind: involvedObject.kind ?? "",
    name: involvedObject.name ?? "",
    ...(source.host !== undefined && source.host !== "" && { node: source.host }),
    count: Math.max(1, series?.count ?? count),
  };
}
