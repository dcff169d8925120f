/** A voter's share of its board's process: its links, the replicated state, the API, its boards, and leading. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type ApiServer, createApiServer } from "../apiserver/api-server.ts";
import { EncryptedStore } from "../apiserver/encryption/encrypted-store.ts";
import { followKeys } from "../apiserver/encryption/follow-keys.ts";
import { EventExchange } from "../apiserver/events/event-exchange.ts";
import { EventStore } from "../apiserver/events/event-store.ts";
import { createHttpListener, type TlsFiles } from "../apiserver/http/http-listener.ts";
import { serveHttp } from "../apiserver/http/serve-http.ts";
import { createJoinService } from "../apiserver/joining/join-service.ts";
import { createOperations } from "../apiserver/operations/operations.ts";
import { FleetPresence } from "../boards/presence/fleet-presence.ts";
import { startBoards } from "../boards/start-boards.ts";
import { VoterStreams } from "../boards/streams/voter-streams.ts";
import { ApiClient } from "../client/api-client.ts";
import type { Surroundings } from "../client/controller.ts";
import { SharedInformers } from "../client/shared-informers.ts";
import { messageOf } from "../lib/errors.ts";
import { MetricRegistry } from "../lib/metrics.ts";
import { FileDisk } from "../platform/disk/file-disk.ts";
import { openDashboardAssets } from "../platform/host/dashboard-assets.ts";
import type { BoardPki } from "../platform/host/fleet-directory.ts";
import { showProcess } from "../platform/host/process-metrics.ts";
import { secureRandom } from "../platform/host/secure-random.ts";
import { LevelStateBackend } from "../platform/level/level-state-backend.ts";
import { openReplicatedStore } from "../replication/open-replicated-store.ts";
import type { ReplicatedStore, VoterId, VoterTransport } from "../replication/ports.ts";
import type { ReplicatedVoter } from "../replication/replicated-voter.ts";
import { openAuditFile } from "./audit-file.ts";
import type { Board } from "./board.ts";
import { openStoredAuthority } from "./fleet-key.ts";
import { leadWhenElected } from "./lead-when-elected.ts";
import { bramble } from "./release.ts";
import { tellInvited } from "./voter-invitations.ts";
import { lacksKey, openKeyring } from "./voter-keyring.ts";
import { openVoterLinks } from "./voter-links.ts";
import { VoterPresence } from "./voter-presence.ts";
import { keepVoterRecord, readVoterRecord } from "./voter-record.ts";
import { voterStreamCarrier } from "./voter-stream-carrier.ts";
import { openTelemetryBroker, showTelemetry, telemetryService, tellTelemetry } from "./voter-telemetry.ts";

export interface Voter {
  readonly store: ReplicatedStore;
  /** Stops leading and serving, then writes the last checkpoint. */
  stop(): Promise<void>;
}

/** Throws `UsageError` where a port is taken or the disk says that this voter must join anew. */
export async function startVoter(board: Board, id: VoterId, fail: (error: unknown) => void): Promise<Voter> {
  const { identity, credentials, directory, surroundings } = board;
  const { fleet, address, ports } = identity;
  const { clock, log } = surroundings;
  const { caPem } = credentials.current;

  const audit = await openAuditFile(board);
  const keyring = await openKeyring(directory);
  // Both ports first: where one is taken, this start has changed nothing.
  const http = createHttpListener({
    tls: tlsOf(credentials.current),
    address: "0.0.0.0",
    port: ports.api,
    clock,
    log: log.with({ room: "http" }),
  });
  await http.listen();
  const forgetCredentials = credentials.onChange((renewed) => http.setTls(tlsOf(renewed)));
  const closeHttp = async () => {
    forgetCredentials();
    await http.close();
  };
  const links = await openVoterLinks(board, id).catch(async (error: unknown) => {
    await closeHttp();
    throw error;
  });
  const { transport } = links;
  const access = Promise.withResolvers<ApiServer["access"]>();
  const telemetry = await openTelemetryBroker(board, access.promise).catch(async (error: unknown) => {
    await links.close();
    await closeHttp();
    throw error;
  });
  const forgetTelemetry = credentials.onChange((renewed) => telemetry.reload(renewed));
  const metrics = new MetricRegistry();
  showProcess(metrics);
  showTelemetry(metrics, telemetry, links.boards);
  const replicated = await openStore(board, id, { transport, metrics }, fail).catch(async (error: unknown) => {
    // Who opens this voter under another id needs the ports, and the directories.
    forgetTelemetry();
    await telemetry.close();
    await links.close();
    await closeHttp();
    throw error;
  });
  keepVoterRecord(replicated, directory.path);
  const store = new EncryptedStore(replicated, keyring);

  const events = new EventStore(clock, secureRandom);
  const exchange = new EventExchange({ self: id, events, transport, fleet: store, clock, random: surroundings.random });
  const boardStreams = new VoterStreams({
    boards: links.boards,
    voters: voterStreamCarrier(id, transport, store),
    clock,
    random: surroundings.random,
    metrics,
  });
  const apiServer = createApiServer({
    boards: boardStreams,
    store,
    events,
    ...(audit !== undefined && { audit }),
    clock,
    random: surroundings.random,
    log: log.with({ room: "apiserver" }),
    newUid: randomUUID,
  });
  access.resolve(apiServer.access);
  const client = new ApiClient(
    apiServer.asTransport({ user: `system:voter:${identity.node}`, groups: ["system:masters"] }),
  );
  const joiningOptions = {
    store,
    openAuthority: () => openStoredAuthority(store, caPem, clock),
    fleet,
    podCidr: identity.podCidr,
    apiPort: ports.api,
    brokerPort: ports.mqtt,
    ...(identity.sharedBroker !== undefined && { sharedBroker: identity.sharedBroker }),
    encryptionKeys: () => keyring.text,
    sayableMs: () => board.time.sayableMs,
    clock,
    log: log.with({ room: "joining" }),
  };
  const joining = createJoinService(joiningOptions);
  const assets = await openDashboardAssets();
  serveHttp(http, {
    apiServer,
    ...(assets !== undefined && { dashboard: { assets, facts: { fleet, version: bramble.version } } }),
    boardStreams,
    build: { version: bramble.version },
    join: (body) => joining.join(body),
    operations: createOperations({
      ...joiningOptions,
      store: replicated,
      keyring,
      caPem,
      version: bramble.version,
      tellInvited: (node, isInvited) => tellInvited(client, node, isInvited),
    }),
    metrics,
    telemetry: telemetryService(board, telemetry),
    clock,
    log: log.with({ room: "http" }),
  });

  const stopping = new AbortController();
  const channel = new VoterPresence(id, transport, store);
  const presence = new FleetPresence(channel, clock);
  const work: Surroundings = { ...surroundings, log: log.with({ room: "boards" }) };
  const informers = new SharedInformers(client, work);
  const { shared, boards } = links;
  const parts = { self: id, store, transport, boards, client, informers, ...(shared !== undefined && { shared }) };
  tellTelemetry(board, telemetry, parts, stopping.signal);
  const serving = startBoards(
    {
      ...work,
      client,
      informers,
      links: links.boards,
      presence: channel,
      sayableMs: () => board.time.sayableMs,
      voters: () => store.members,
      onVotersChange: (listener) => store.onMembers(listener),
    },
    stopping.signal,
  );
  serving.catch((error: unknown) => fail(error));
  links.serveBoards();
  const onMissing = (keyId: string) => fail(lacksKey(directory, keyId));
  void followKeys(
    { store: replicated, self: id, keyring, onMissing, clock, log: log.with({ room: "encryption" }) },
    stopping.signal,
  );
  const leading = leadWhenElected({ board, store, keyring, apiServer, presence, metrics, fail });
  log.info("voter is up", { voter: id, api: `https://${address}:${http.port}`, broker: links.broker });

  return {
    store,
    async stop() {
      stopping.abort(new Error("the board is stopping"));
      forgetTelemetry();
      await telemetry.close();
      await closeHttp();
      boardStreams.close();
      await leading.stop();
      await serving.catch((error: unknown) => log.debug("boards ended", { reason: messageOf(error) }));
      exchange.close();
      await events.close();
      await replicated.close();
      await links.close();
      await audit?.sink.close();
    },
  };
}

function tlsOf({ certificatePem, keyPem, caPem }: BoardPki): TlsFiles {
  return { certPem: certificatePem, keyPem, caPem };
}

/** Throws `DamagedVoterError` or `DamagedStateError` with everything closed again. */
async function openStore(
  { identity, directory, surroundings, history }: Board,
  id: VoterId,
  parts: { readonly transport: VoterTransport; readonly metrics: MetricRegistry },
  fail: (error: unknown) => void,
): Promise<ReplicatedVoter> {
  const record = await readVoterRecord(directory.path);
  const stateBackend = await LevelStateBackend.open(join(directory.path, "state"));
  try {
    return await openReplicatedStore({
      id,
      ...(identity.bootstrap ? { bootstrap: identity.members } : { contacts: identity.members }),
      hasHeldLog: record?.voterId === id,
      disk: await FileDisk.open(join(directory.path, "raft")),
      stateBackend,
      ...parts,
      clock: surroundings.clock,
      random: secureRandom,
      tuning: history,
      log: surroundings.log.with({ room: "replication" }),
      onFailure: fail,
    });
  } catch (error) {
    await stateBackend.close();
    throw error;
  }
}
