/** Keeps the `kubernetes` Service, its Endpoints and its EndpointSlice in step with the voters. */
import { type EndpointSlice, endpointSliceResource } from "../../api/kinds/discovery/endpoint-slice.ts";
import { type Endpoints, endpointsResource } from "../../api/kinds/endpoints.ts";
import { serviceResource } from "../../api/kinds/service.ts";
import { kubernetesServiceName, kubernetesServiceNamespace } from "../../api/kubernetes-service.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { Resource } from "../../api/resource.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { isAlreadyExists, isConflict } from "../../client/refusal.ts";
import { type ApiServers, planEndpointSlice, planEndpoints, wantedService } from "./plan.ts";

const key = `${kubernetesServiceNamespace}/${kubernetesServiceName}`;

export interface ApiServersSource {
  current(): ApiServers;
  /** Calls back whenever `current` may answer differently. */
  onChange(listener: () => void): void;
}

export function kubernetesServiceController(context: ControllerContext, servers: ApiServersSource): Controller {
  const { client, informers } = context;
  const services = informers.for(serviceResource);
  const endpoints = informers.for(endpointsResource);
  const slices = informers.for(endpointSliceResource);

  async function reconcile(_key: string, signal: AbortSignal): Promise<Outcome> {
    const now = servers.current();
    try {
      if (services.cache.get(key) === undefined) await client.create(serviceResource, wantedService(now), signal);
      await bring(endpointsResource, planEndpoints(endpoints.cache.get(key), now), signal);
      await bring(endpointSliceResource, planEndpointSlice(slices.cache.get(key), now), signal);
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return { kind: "retry", why: "somebody else wrote first" };
      throw error;
    }
    return done;
  }

  async function bring<T extends Endpoints | EndpointSlice>(
    resource: Resource<T>,
    wanted: T | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (wanted === undefined) return;
    if (wanted.metadata.uid === undefined) await client.create(resource, wanted, signal);
    else await client.update(resource, wanted, signal);
  }

  const controller = new Controller({ ...context, name: "kubernetes-service", reconcile });
  const look = () => controller.enqueue(key);
  const follow = <T extends ApiObject>(resource: Resource<T>) =>
    informers.for(resource).onChange((change) => {
      if (change.key === key) look();
    });
  follow(serviceResource);
  follow(endpointsResource);
  follow(endpointSliceResource);
  servers.onChange(look);
  look();
  return controller;
}
