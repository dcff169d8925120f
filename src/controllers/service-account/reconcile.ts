/** Keeps the default service account and the fleet's certificate in every namespace. */
import { configMapResource } from "../../api/kinds/config-map.ts";
import { namespaceResource } from "../../api/kinds/namespace.ts";
import { serviceAccountResource } from "../../api/kinds/service-account.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../../client/refusal.ts";
import { type AccessStep, defaultAccountName, planAccess, rootCaName } from "./plan.ts";

export function serviceAccountController(context: ControllerContext, caPem: string): Controller {
  const { client, informers } = context;
  const namespaces = informers.for(namespaceResource);
  const accounts = informers.for(serviceAccountResource);
  const configMaps = informers.for(configMapResource);

  async function reconcile(name: string, signal: AbortSignal): Promise<Outcome> {
    const found = {
      namespace: namespaces.cache.get(name),
      account: accounts.cache.get(`${name}/${defaultAccountName}`),
      rootCa: configMaps.cache.get(`${name}/${rootCaName}`),
    };
    for (const step of planAccess(found, caPem)) {
      try {
        await take(step, signal);
      } catch (error) {
        // Somebody was faster, or the namespace ends: what follows is seen and wakes this again.
        if (isAlreadyExists(error) || isNotFound(error)) continue;
        if (isConflict(error)) return { kind: "retry", why: "the certificate's ConfigMap changed meanwhile" };
        throw error;
      }
    }
    return done;
  }

  async function take(step: AccessStep, signal: AbortSignal): Promise<void> {
    switch (step.type) {
      case "createAccount":
        await client.create(serviceAccountResource, step.account, signal);
        return;
      case "createRootCa":
        await client.create(configMapResource, step.rootCa, signal);
        return;
      case "replaceRootCa":
        await client.update(configMapResource, step.rootCa, signal);
        return;
    }
  }

  const controller = new Controller({ ...context, name: "service-account", reconcile, concurrency: 4 });
  namespaces.onChange(({ key }) => controller.enqueue(key));
  accounts.onChange(({ object: { metadata } }) => {
    if (metadata.name === defaultAccountName) controller.enqueue(metadata.namespace ?? "");
  });
  configMaps.onChange(({ object: { metadata } }) => {
    if (metadata.name === rootCaName) controller.enqueue(metadata.namespace ?? "");
  });
  return controller;
}
