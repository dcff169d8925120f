/** A voter's public topics: their broker, who may read there, and what is said. */
import type { ApiServer } from "../apiserver/api-server.ts";
import { ownHost } from "../apiserver/http/own-host.ts";
import type { TelemetryService } from "../apiserver/telemetry/serve-telemetry.ts";
import { telemetryGate } from "../apiserver/telemetry/telemetry-gate.ts";
import type { ApiClient } from "../client/api-client.ts";
import type { SharedInformers } from "../client/shared-informers.ts";
import type { MetricRegistry } from "../lib/metrics.ts";
import { SharedOutlet } from "../platform/mqtt/shared/shared-outlet.ts";
import { TelemetryBroker } from "../platform/mqtt/telemetry/telemetry-broker.ts";
import type { ReplicatedStore, VoterId, VoterTransport } from "../replication/ports.ts";
import type { FleetFacts } from "../telemetry/fleet-topics.ts";
import type { TelemetryOutlet } from "../telemetry/ports.ts";
import { severalOutlets } from "../telemetry/several-outlets.ts";
import { startTelemetry } from "../telemetry/start-telemetry.ts";
import type { Board } from "./board.ts";
import { bramble } from "./release.ts";
import type { VoterLinks } from "./voter-links.ts";
import { voterTelemetryCarrier } from "./voter-telemetry-carrier.ts";

export interface VoterTelemetryParts {
  readonly self: VoterId;
  readonly store: ReplicatedStore;
  readonly transport: VoterTransport;
  readonly boards: VoterLinks["boards"];
  readonly shared?: VoterLinks["shared"];
  readonly client: ApiClient;
  /** Of `client`, and not yet run. */
  readonly informers: SharedInformers;
}

/** Throws `UsageError` where the port is taken. Readers wait until there is somebody who can judge them. */
export async function openTelemetryBroker(
  board: Board,
  access: Promise<ApiServer["access"]>,
): Promise<TelemetryBroker> {
  const gate = access.then((known) => telemetryGate(known, board.identity.fleet));
  const { identity, credentials, surroundings } = board;
  const { clock, log } = surroundings;
  return TelemetryBroker.start({
    // People's tools are where people are, not on the boards' own network alone.
    address: "0.0.0.0",
    port: identity.ports.telemetry,
    credentials: credentials.current,
    gate: {
      ofToken: async (token) => (await gate).ofToken(token),
      mayHear: async (reader, filter) => (await gate).mayHear(reader, filter),
    },
    clock,
    logger: log.with({ room: "telemetry" }),
  });
}

export function showTelemetry(
  metrics: MetricRegistry,
  broker: Pick<TelemetryBroker, "readerCount" | "messagesTold">,
  boards: Pick<VoterLinks["boards"], "connected">,
): void {
  metrics.gauge("bramble_telemetry_readers", "Connections that read the public topics here.", () => broker.readerCount);
  metrics.counted("bramble_telemetry_messages_total", "Changes that readers were told of.", () => broker.messagesTold);
  metrics.gauge("bramble_boards_connected", "Boards whose home this voter is.", () => boards.connected.size);
}

/** The way in for browsers. */
export function telemetryService(
  { credentials, telemetry: { serverNames } }: Board,
  door: TelemetryBroker,
): TelemetryService {
  return { door, isOwnHost: ownHost({ certPem: credentials.current.certificatePem, serverNames }) };
}

/** To be called before the informers are run; speaks until the signal aborts. */
export function tellTelemetry(
  { identity, surroundings, telemetry }: Board,
  broker: TelemetryBroker,
  { self, store, transport, boards, shared, client, informers }: VoterTelemetryParts,
  signal: AbortSignal,
): void {
  const outlets: TelemetryOutlet[] = [broker];
  if (shared !== undefined) outlets.push(openSharedOutlet(shared, store, signal));
  const facts = (): FleetFacts => {
    const { leadership, members } = store;
    const leader = leadership.role === "leader" ? members.find(({ id }) => id === self) : leadership.leader;
    const node = leader === undefined ? {} : { node: leader.node };
    return { leadership: { ...node, term: leadership.term }, voters: members };
  };
  startTelemetry(
    {
      ...surroundings,
      log: surroundings.log.with({ room: "telemetry" }),
      fleet: identity.fleet,
      version: bramble.version,
      self,
      client,
      informers,
      homeAssistant: telemetry.homeAssistant,
      facts,
      onFactsChange(listener) {
        const ends = [store.onMembers(listener), store.onLeadership(listener)];
        return () => {
          for (const end of ends) end();
        };
      },
      outlet: severalOutlets(outlets),
      boards,
      voters: voterTelemetryCarrier(self, transport, store),
    },
    signal,
  );
}

/** Spoken to by the leader alone, while its connection stands. */
function openSharedOutlet(
  link: NonNullable<VoterLinks["shared"]>,
  store: ReplicatedStore,
  signal: AbortSignal,
): SharedOutlet {
  const outlet = new SharedOutlet(link);
  const look = () => {
    if (!signal.aborted) outlet.setSpeaking(link.connected && store.leadership.role === "leader");
  };
  link.onConnection(look);
  signal.addEventListener("abort", store.onLeadership(look), { once: true });
  return outlet;
}
