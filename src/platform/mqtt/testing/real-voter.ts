/** A voter put together as on a board, without API, agent and controllers: what tests and benches start processes of. */
import { join } from "node:path";
import type { Logger } from "../../../lib/logger.ts";
import { openReplicatedStore, type ReplicatedStoreOptions } from "../../../replication/open-replicated-store.ts";
import type { Member, VoterId, VoterTransport } from "../../../replication/ports.ts";
import type { ReplicatedVoter } from "../../../replication/replicated-voter.ts";
import { FileDisk } from "../../disk/file-disk.ts";
import { secureRandom } from "../../host/secure-random.ts";
import { systemClock } from "../../host/system-clock.ts";
import { LevelStateBackend } from "../../level/level-state-backend.ts";
import { ControlBroker } from "../control-broker.ts";
import type { Endpoint } from "../endpoint.ts";
import { MqttVoterTransport } from "../mqtt-voter-transport.ts";
import type { TlsCredentials } from "../tls-credentials.ts";

export interface VoterOnDiskOptions extends Pick<ReplicatedStoreOptions, "tuning" | "onFailure"> {
  readonly id: VoterId;
  /** The founders, this voter among them. */
  readonly members: readonly Member[];
  /** For log and state, in a directory each. */
  readonly directory: string;
  readonly logger: Logger;
}

/** Its log and state, over whichever links it is given. */
export async function openVoterOnDisk(
  { id, members, directory, logger, onFailure, ...rest }: VoterOnDiskOptions,
  transport: VoterTransport,
): Promise<ReplicatedVoter> {
  return openReplicatedStore({
    id,
    bootstrap: members,
    disk: await FileDisk.open(join(directory, "raft")),
    stateBackend: await LevelStateBackend.open(join(directory, "state")),
    transport,
    clock: systemClock,
    random: secureRandom,
    log: logger,
    onFailure,
    ...rest,
  });
}

export interface RealVoterOptions extends VoterOnDiskOptions {
  readonly fleet: string;
  readonly endpoint: Endpoint;
  readonly credentials: TlsCredentials;
}

export interface RealVoter {
  readonly store: ReplicatedVoter;
  close(): Promise<void>;
}

/** All of it, with a broker of its own. */
export async function openRealVoter(options: RealVoterOptions): Promise<RealVoter> {
  const { fleet, id, endpoint, credentials, logger } = options;
  const { host: address, port } = endpoint;
  const broker = await ControlBroker.start({
    fleet,
    voter: id,
    address,
    port,
    credentials,
    clock: systemClock,
    logger,
  });
  const transport = new MqttVoterTransport({
    fleet,
    self: id,
    broker,
    clock: systemClock,
    random: secureRandom,
    logger,
    credentials: () => credentials,
  });
  const store = await openVoterOnDisk(options, transport);
  return {
    store,
    async close() {
      await store.close();
      transport.close();
      await broker.close();
    },
  };
}
