/** Keeps the number of events bounded. */
import { eventResource } from "../../api/kinds/event.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { objectKey } from "../../client/object-cache.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { deletionShown } from "../../client/shown.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { planEvents } from "./plan.ts";

const allEvents = "events";
const writesMax = 32;

export function eventsController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const events = informers.for(eventResource);

  async function reconcile(_key: string, signal: AbortSignal): Promise<Outcome> {
    const surplus = planEvents(Array.from(events.cache.values()), clock.nowMs());
    await inParallel(surplus, writesMax, async (event) => {
      const { uid } = event.metadata;
      try {
        await client.delete(eventResource, event.metadata, { preconditions: { uid } }, signal);
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
      await deletionShown(events, objectKey(event), uid, signal);
    });
    return done;
  }

  const controller = new Controller({ ...context, name: "events", reconcile });
  events.onChange(({ type }) => {
    if (type === "added") controller.enqueue(allEvents);
  });
  return controller;
}
