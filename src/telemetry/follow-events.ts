/** Tells of events as they happen. What happened before anybody heard is the API's to tell. */
import { type Event, eventResource } from "../api/kinds/event.ts";
import type { ApiClient } from "../client/api-client.ts";
import type { Surroundings } from "../client/controller.ts";
import { type BackoffLimits, backoffMs } from "../lib/backoff.ts";
import { delay } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";

const retry: BackoffLimits = { delayMsMin: 100, delayMsMax: 5_000 };

/** Keeps none of them. Ends with the signal; never rejects. */
export async function followEvents(
  client: ApiClient,
  { clock, random, log }: Surroundings,
  onEvent: (event: Event) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const { resourceVersion } = await client.list(eventResource, { limit: 1 }, signal);
      for await (const change of client.watch(eventResource, resourceVersion, {}, signal)) {
        if (change.type === "put") onEvent(change.object);
        if (change.type === "expired" || change.type === "failed") break;
        failures = 0;
      }
    } catch (error) {
      if (!signal.aborted) log.debug("events not followed", { reason: messageOf(error) });
    }
    await delay(clock, backoffMs(retry, failures, random), signal).catch(() => {});
  }
}
