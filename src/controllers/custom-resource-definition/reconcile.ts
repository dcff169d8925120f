/** Lets custom kinds be served once their names are accepted, and takes their objects away with them. */
import { servedResources } from "../../api/custom/custom-resources.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitionResource,
} from "../../api/kinds/apiextensions/custom-resource-definition.ts";
import { formatTime } from "../../api/meta/time.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { planDefinition } from "./plan.ts";

const writesMax = 16;

export function customResourceDefinitionController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const definitions = informers.for(customResourceDefinitionResource);

  async function reconcile(name: string, signal: AbortSignal): Promise<Outcome> {
    const definition = definitions.cache.get(name);
    if (definition === undefined) return done;
    const plan = planDefinition(definition, definitions.cache.values(), formatTime(clock.nowMs()));
    try {
      switch (plan.step) {
        case "none":
          return done;
        case "guard":
          await setFinalizers(definition, plan.finalizers, signal);
          return done;
        case "report":
          await client.updateStatus(customResourceDefinitionResource, { ...definition, status: plan.status }, signal);
          return done;
        case "empty":
          if ((await emptied(definition, signal)) > 0)
            return { kind: "retry", why: "its objects are on their way out" };
          await setFinalizers(definition, plan.finalizers, signal);
          return done;
      }
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the definition changed meanwhile" };
      if (!isNotFound(error)) throw error;
      return done;
    }
  }

  async function setFinalizers(
    { metadata }: CustomResourceDefinition,
    finalizers: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const patch = { metadata: { resourceVersion: metadata.resourceVersion, finalizers } };
    await client.mergePatch(customResourceDefinitionResource, metadata, patch, signal);
  }

  /** Deletes what is not being deleted yet, and says how many objects there were. */
  async function emptied(definition: CustomResourceDefinition, signal: AbortSignal): Promise<number> {
    // Of a kind that was never served there are no objects, and one version shows those of all.
    const [resource] = servedResources(definition);
    if (resource === undefined) return 0;
    const { items } = await client.list(resource, {}, signal);
    const remaining = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    await inParallel(remaining, writesMax, async ({ metadata }) => {
      try {
        await client.delete(resource, metadata, { preconditions: { uid: metadata.uid } }, signal);
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    });
    return items.length;
  }

  const controller = new Controller({ ...context, name: "custom-resource-definition", reconcile });
  definitions.onChange(({ type, object }) => {
    if (type !== "deleted") controller.enqueue(object.metadata.name);
    // Names that are free again may be what another one waits for.
    else for (const { metadata } of definitions.cache.values()) controller.enqueue(metadata.name);
  });
  return controller;
}
