/** Every board's share of the process: its network and its agent, with or without a voter to speak to. */
import { join } from "node:path";
import { startAgent } from "../agent/start-agent.ts";
import { Measuring } from "../agent/telemetry/tell-measurements.ts";
import { kubernetesServiceAddress, kubernetesServicePort } from "../api/kubernetes-service.ts";
import { serviceCidr } from "../api/service-allocation/ranges.ts";
import { ApiDoor } from "../network/api-door.ts";
import { dockerRuntime, dockerSocketPath } from "../platform/docker/docker-runtime.ts";
import { answersTcp } from "../platform/host/answers-tcp.ts";
import { readBoardFacts } from "../platform/host/board-facts.ts";
import { boardGauge } from "../platform/host/board-gauge.ts";
import { boardMeter } from "../platform/host/board-meter.ts";
import { boardMetrics } from "../platform/host/board-metrics.ts";
import { boardMounts } from "../platform/host/board-mounts.ts";
import { podDialler } from "../platform/host/pod-dialler.ts";
import { startNetwork } from "../platform/host/start-network.ts";
import { boardCipher } from "../platform/level/board-cipher.ts";
import { LevelSliceStore } from "../platform/level/level-slice-store.ts";
import { homeOrder } from "../platform/mqtt/home-order.ts";
import { openAgentLink } from "./agent-link.ts";
import type { Board } from "./board.ts";
import { bramble } from "./release.ts";
import { meshGauge, nodesOfSlice, podsOfSlice, votersOfSlice } from "./slice-uses.ts";
import { isInvited } from "./voter-invitations.ts";

/** Longer than many a NAT remembers: a metered board may have to speak first. */
const meteredTunnelKeepaliveSeconds = 600;

export interface RunningBoard {
  /** Control brokers of the voters, as last heard of. */
  voters(): readonly string[];
  readonly stopped: Promise<void>;
}

/**
 * Resolves once the slice on disk is loaded and its pods are looked after. Ends, pods running on, with the signal.
 * `onInvited` hears, again and again, that the board is to become a voter, and where the voters are.
 */
export async function startBoard(
  board: Board,
  onInvited: (brokers: readonly string[]) => void,
  signal: AbortSignal,
): Promise<RunningBoard> {
  const { identity, directory, surroundings } = board;
  const { node, address, ports, podCidr, labels } = identity;
  const { clock, random, log } = surroundings;

  const network = await startNetwork({
    node,
    podCidrFleet: podCidr,
    serviceCidr,
    dataDir: directory.path,
    listenPort: ports.wireguard,
    ...(board.telemetry.metered && { keepaliveSeconds: meteredTunnelKeepaliveSeconds }),
    clock,
    log: log.with({ room: "network" }),
  });
  const service = { address: kubernetesServiceAddress, port: kubernetesServicePort };
  const door = new ApiDoor({
    answers: answersTcp,
    onVoter: (voter) => network.leadApiTo({ service, voter }),
    clock,
    log: log.with({ room: "network" }),
  });
  const ownVoter = identity.voterId === undefined ? undefined : `${address}:${ports.mqtt}`;
  const showDoor = (brokers: readonly string[]) =>
    door.setVoters(
      homeOrder(node, brokers, ownVoter).map((broker) => ({
        address: broker.slice(0, broker.lastIndexOf(":")),
        port: ports.api,
      })),
    );
  const link = openAgentLink(board);
  let isConnected = false;
  let podCount = 0;
  link.onConnection((connected) => {
    isConnected = connected;
    door.look();
  });
  const gauge = boardGauge(directory.path);
  const metrics = boardMetrics(gauge, { pods: () => podCount, isConnected: () => isConnected });
  const cipher = boardCipher(board.credentials.current.keyPem);
  const sliceStore = await LevelSliceStore.open(join(directory.path, "slice"), cipher, log.with({ room: "slice" }));
  let isHeard = false;
  let voters: readonly string[] = identity.voters;
  const agent = await startAgent(
    {
      node,
      dataDir: directory.path,
      version: bramble.kubeletVersion,
      runtime: dockerRuntime(dockerSocketPath(process.env)),
      network: network.podNetwork,
      mounts: boardMounts,
      link,
      streams: { carrier: link, dialler: podDialler(clock), meter: boardMeter, metrics },
      sliceStore,
      boardFacts: await readBoardFacts(directory.path),
      address,
      clock,
      random,
      log: log.with({ room: "agent" }),
      annotations: {
        "bramble.io/wireguard-public-key": network.publicKey,
        "bramble.io/wireguard-endpoint": `${address}:${ports.wireguard}`,
      },
      onTime: (timeMs) => board.time.learn(timeMs),
      ...(labels !== undefined && { firstLabels: labels }),
      onSlice(objects) {
        network.update(nodesOfSlice(objects));
        podCount = podsOfSlice(objects);
        const told = votersOfSlice(objects);
        if (told.length > 0) voters = told;
        if (isHeard) link.setVoters(voters);
        showDoor(voters);
        if (isInvited(objects, node)) onInvited(voters);
      },
    },
    signal,
  );
  const { telemetryIntervalMs: intervalMs } = board.telemetry;
  if (intervalMs > 0) {
    const measuring = new Measuring(
      {
        ...surroundings,
        log: log.with({ room: "agent" }),
        carrier: link,
        gauge,
        mesh: meshGauge(network),
        podCount: () => podCount,
        intervalMs,
      },
      signal,
    );
    link.onConnection((connected) => {
      if (connected) measuring.homeFound();
    });
  }
  // Not before somebody listens: whoever connects begins to talk at once.
  isHeard = true;
  link.setVoters(voters);
  showDoor(voters);
  return {
    voters: () => voters,
    stopped: agent.stopped.then(async () => {
      link.close();
      await door.stop();
      await network.stop();
      await sliceStore.close();
    }),
  };
}
