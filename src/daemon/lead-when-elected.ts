/** What the leader does beside leading: bootstrap objects, controllers and scheduler, all fenced by its term. */
import type { ApiServer } from "../apiserver/api-server.ts";
import { ensureServiceAccountKey } from "../apiserver/authentication/service-account-key.ts";
import { ensureBootstrapObjects } from "../apiserver/bootstrap-objects.ts";
import type { Keyring } from "../apiserver/encryption/keyring.ts";
import { ensurePrimary } from "../apiserver/encryption/primary-key.ts";
import type { FleetPresence } from "../boards/presence/fleet-presence.ts";
import { ApiClient } from "../client/api-client.ts";
import { SharedInformers } from "../client/shared-informers.ts";
import { certificateSignerController } from "../controllers/certificate-signer/reconcile.ts";
import type { ApiServersSource } from "../controllers/kubernetes-service/reconcile.ts";
import { makeControllers, runControllers } from "../controllers/start-controllers.ts";
import { backoffMs } from "../lib/backoff.ts";
import { delay } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { MetricRegistry } from "../lib/metrics.ts";
import type { ReplicatedStore } from "../replication/ports.ts";
import { schedulerController } from "../scheduler/scheduler.ts";
import type { Board } from "./board.ts";
import { clientSigner } from "./client-signer.ts";
import { handOverFleetKey } from "./fleet-key.ts";

export interface LeaderParts {
  readonly board: Board;
  readonly store: ReplicatedStore;
  readonly keyring: Keyring;
  readonly apiServer: ApiServer;
  readonly presence: FleetPresence;
  readonly metrics: MetricRegistry;
  readonly fail: (error: unknown) => void;
}

const identity = { user: "system:bramble-controller", groups: ["system:masters"] };
const retry = { delayMsMin: 200, delayMsMax: 5_000 };

/** From now on, whenever this voter leads, until stopped. */
export function leadWhenElected(parts: LeaderParts): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let term: Promise<void> = Promise.resolve();
  const unsubscribe = parts.store.onLeadership((leadership) => {
    if (leadership.role !== "leader" || stopping.signal.aborted) return;
    const signal = AbortSignal.any([leadership.signal, stopping.signal]);
    // One term's work ends before the next one's begins, so that nothing runs twice in this process.
    term = term.then(() => leadTerm(parts, leadership.term, signal)).catch(parts.fail);
  });
  return {
    async stop() {
      unsubscribe();
      stopping.abort(new Error("the board is stopping"));
      await term;
    },
  };
}

/** Ends when the signal aborts; rejects on a bug alone. */
async function leadTerm(parts: LeaderParts, term: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { board, apiServer, presence } = parts;
  const surroundings = { ...board.surroundings, log: board.surroundings.log.with({ room: "controllers", term }) };
  surroundings.log.info("leading");
  const client = new ApiClient(apiServer.asTransport(identity, term));
  await untilDone(parts, signal, async () => {
    await ensurePrimary(parts.store, parts.keyring);
    await handOverFleetKey(parts.store, board.directory);
    await ensureServiceAccountKey(parts.store);
    await ensureBootstrapObjects(client.transport);
  });
  if (signal.aborted) return;
  presence.lead(signal);
  const context = {
    ...surroundings,
    metrics: parts.metrics,
    client,
    informers: new SharedInformers(client, surroundings),
  };
  const controllers = [
    ...makeControllers(context, {
      presence,
      podCidr: board.identity.podCidr,
      caPem: board.credentials.current.caPem,
      apiServers: apiServersOf(parts, signal),
    }),
    certificateSignerController(context, clientSigner(parts.store, board.credentials.current.caPem, context.clock)),
    schedulerController(context),
  ];
  await runControllers(context, controllers, signal);
  surroundings.log.info("no longer leading");
}

/** Every voter serves the API on its own board, on one port. */
function apiServersOf({ store, board }: LeaderParts, signal: AbortSignal): ApiServersSource {
  const hosts = () => store.members.filter(({ role }) => role === "voter").map(({ address }) => hostOf(address));
  return {
    current: () => ({ addresses: hosts(), port: board.identity.ports.api }),
    onChange(listener) {
      signal.addEventListener("abort", store.onMembers(listener), { once: true });
    },
  };
}

function hostOf(broker: string): string {
  return broker.slice(0, broker.lastIndexOf(":"));
}

async function untilDone({ board }: LeaderParts, signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
  const { clock, random, log } = board.surroundings;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      log.warn("the fleet's first objects are not there yet, trying again", { cause: messageOf(error) });
      await delay(clock, backoffMs(retry, failures, random), signal).catch(() => {});
    }
  }
}
