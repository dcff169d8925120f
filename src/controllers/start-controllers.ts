/** Starts the leader's controllers on one set of informers and ends when all of them have. */
import type { Controller } from "../client/controller.ts";
import type { ControllerContext } from "../client/controller-context.ts";
import { clusterRoleAggregationController } from "./cluster-role-aggregation/reconcile.ts";
import { customResourceDefinitionController } from "./custom-resource-definition/reconcile.ts";
import { daemonSetController } from "./daemon-set/reconcile.ts";
import { disruptionController } from "./disruption/reconcile.ts";
import { garbageCollectorController } from "./garbage-collector/reconcile.ts";
import { type ApiServersSource, kubernetesServiceController } from "./kubernetes-service/reconcile.ts";
import { namespaceController } from "./namespace/reconcile.ts";
import { nodeIpamController } from "./node-ipam/reconcile.ts";
import { nodeLifecycleController, type PresenceSource } from "./node-lifecycle/reconcile.ts";
import { podGcController } from "./pod-gc/reconcile.ts";
import { resourceQuotaController } from "./resource-quota/reconcile.ts";
import { serviceAccountController } from "./service-account/reconcile.ts";
import { tokenSecretController } from "./token-secret/reconcile.ts";
import { claimsController } from "./volumes/claims-reconcile.ts";
import { volumesController } from "./volumes/volumes-reconcile.ts";

/** What the controllers must know of the fleet beside its objects. */
export interface FleetFacts {
  readonly presence: PresenceSource;
  /** `10.42.0.0/16` */
  readonly podCidr: string;
  /** The certificate that pods know the API server by. */
  readonly caPem: string;
  /** The voters, as the `kubernetes` Service leads to them. */
  readonly apiServers: ApiServersSource;
}

/** All controllers, not yet running: they ask the context for the kinds they follow. */
export function makeControllers(
  context: ControllerContext,
  { presence, podCidr, caPem, apiServers }: FleetFacts,
): readonly Controller[] {
  return [
    daemonSetController(context),
    nodeIpamController(context, podCidr),
    nodeLifecycleController(context, presence),
    podGcController(context),
    disruptionController(context),
    garbageCollectorController(context),
    namespaceController(context),
    customResourceDefinitionController(context),
    clusterRoleAggregationController(context),
    serviceAccountController(context, caPem),
    tokenSecretController(context, caPem),
    resourceQuotaController(context),
    kubernetesServiceController(context, apiServers),
    claimsController(context),
    volumesController(context),
  ];
}

/**
 * Runs `controllers` until the signal aborts and all have stopped; they begin once everything they follow has been
 * listed. Rejects on a bug alone: then the whole process must end.
 */
export async function runControllers(
  context: ControllerContext,
  controllers: readonly Controller[],
  signal: AbortSignal,
): Promise<void> {
  const following = context.informers.run(signal);
  try {
    await context.informers.whenSynced(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await Promise.all([following, ...controllers.map((controller) => controller.run(signal))]);
}
