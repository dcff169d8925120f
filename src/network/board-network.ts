/** Keeps the board's tunnel, bridge, routes and rules as the fleet's Nodes ask, and links its pods to the bridge. */
import type { Clock } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import { sameJson } from "../lib/same-json.ts";
import { createPodNetwork, type PodNetwork } from "./pod-network.ts";
import {
  bridgeName,
  type ForwardFilter,
  type Links,
  type PodLinks,
  type RuleTable,
  type Tunnel,
  type TunnelTraffic,
  tunnelName,
} from "./ports.ts";
import { renderBridge, renderRoutes, renderServiceRoute } from "./render/links.ts";
import { type Mesh, type MeshNode, meshFacts, planMesh } from "./render/mesh.ts";
import { renderPeerChanges } from "./render/peer-changes.ts";
import { type ApiRoute, renderRuleTable } from "./render/rule-table.ts";

export interface BoardNetworkPorts {
  readonly tunnel: Tunnel;
  readonly links: Links;
  readonly ruleTable: RuleTable;
  readonly forwardFilter: ForwardFilter;
  readonly podLinks: PodLinks;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface BoardNetworkOptions {
  /** The board's own Node name. */
  readonly node: string;
  /** Where every board's pod prefix lies, `10.42.0.0/16`. */
  readonly podCidrFleet: string;
  /** `10.43.0.0/16` */
  readonly serviceCidr: string;
  /** How often a silent peer is told that this board is there, to keep its way through NAT open. */
  readonly keepaliveSeconds?: number;
}

export interface BoardNetwork {
  /** For the annotation `bramble.io/wireguard-public-key`. */
  readonly publicKey: string;
  /** Takes the fleet's Nodes as they are now, the board's own among them. Never throws: what fails is tried again. */
  update(nodes: readonly MeshNode[]): void;
  /** Where the API's address leads from now on. Never throws: what fails is tried again. */
  leadApiTo(route: ApiRoute): void;
  readonly podNetwork: PodNetwork;
  /** What the mesh has seen of the other boards. */
  traffic(): Promise<readonly NodeTraffic[]>;
  /** Stops looking after the network and leaves it as it is, so that pods outlive the process. */
  stop(): Promise<void>;
  /** Removes interface, bridge, pods' links, routes, rules and what runs for them. */
  tearDown(): Promise<void>;
}

export interface NodeTraffic extends Omit<TunnelTraffic, "publicKey"> {
  readonly node: string;
}

const retryMs = 2_000;
/** Finds what somebody else removed: a flushed rule set, a deleted link, a Docker engine that came later. */
const checkMs = 60_000;

/** Opens the tunnel; the rest follows with the first `update` that says which prefix is the board's own. */
export async function openBoardNetwork(ports: BoardNetworkPorts, options: BoardNetworkOptions): Promise<BoardNetwork> {
  const { tunnel, clock, log } = ports;
  const publicKey = await tunnel.open();
  const declared = new Map<string, string>();
  let nodes: readonly MeshNode[] | undefined;
  let ownCidr: string | undefined;
  let peerNames: ReadonlyMap<string, string> = new Map();
  let api: ApiRoute | undefined;
  let knownFacts: string | undefined;
  let complaints = "";
  let running: Promise<void> | undefined;
  let dirty = false;
  let stopped = false;
  let cancelTimer = () => {};

  const complain = ({ rejected }: Mesh) => {
    const text = JSON.stringify(rejected);
    if (text === complaints) return;
    complaints = text;
    for (const { node, reason } of rejected) log.warn("a Node is left out of the mesh", { node, reason });
  };

  const reconcileOnce = async (current: readonly MeshNode[]) => {
    const { node: self, podCidrFleet: fleetCidr } = options;
    const mesh = planMesh({ self, ownPublicKey: publicKey, fleetCidr, nodes: current });
    complain(mesh);
    if (mesh.ownCidr === undefined) return;
    await reconcileMesh(ports, options, mesh, { podCidr: mesh.ownCidr, api }, declared);
    ownCidr = mesh.ownCidr;
    peerNames = new Map(mesh.peers.map(({ node, publicKey: key }) => [key, node]));
  };

  const run = async () => {
    cancelTimer();
    let nextMs = checkMs;
    while (dirty && nodes !== undefined && !stopped) {
      dirty = false;
      try {
        await reconcileOnce(nodes);
        nextMs = checkMs;
      } catch (error) {
        log.warn("the board's network is not as it should be yet", { cause: messageOf(error) });
        nextMs = retryMs;
      }
    }
    if (!stopped) cancelTimer = clock.after(nextMs, kick);
  };
  const kick = () => {
    dirty = true;
    running ??= run().finally(() => {
      running = undefined;
      // A kick that came between the loop's last look and this moment.
      if (dirty && nodes !== undefined && !stopped) kick();
    });
  };

  const podNetwork = createPodNetwork(ports.podLinks, async () => {
    if (ownCidr === undefined) await running;
    return ownCidr;
  });
  const stop = async () => {
    stopped = true;
    cancelTimer();
    await running;
  };
  return {
    publicKey,
    update(latest) {
      const facts = meshFacts(latest);
      // A slice changes with every pod; the mesh only with what it reads of Nodes.
      if (stopped || facts === knownFacts) return;
      knownFacts = facts;
      nodes = latest;
      kick();
    },
    leadApiTo(route) {
      if (stopped || sameJson(route, api)) return;
      api = route;
      // Until the board knows its own prefix there are no rules to change.
      if (nodes !== undefined) kick();
    },
    podNetwork,
    async traffic() {
      return (await tunnel.traffic()).flatMap(({ publicKey: key, ...traffic }) => {
        const node = peerNames.get(key);
        return node === undefined ? [] : [{ node, ...traffic }];
      });
    },
    stop,
    async tearDown() {
      await stop();
      await tearDownBoardNetwork(ports);
    },
  };
}

/** Removes every trace of the network from the board; works without a network having been opened in this process. */
export async function tearDownBoardNetwork(ports: Omit<BoardNetworkPorts, "clock" | "log">): Promise<void> {
  const { tunnel, links, ruleTable, forwardFilter, podLinks } = ports;
  await forwardFilter.withdraw();
  await ruleTable.remove();
  await createPodNetwork(podLinks, async () => undefined).detachAll();
  await tunnel.close();
  if ((await links.addressesOf(bridgeName)) !== undefined) await links.batch([`link del ${bridgeName}`]);
}

async function reconcileMesh(
  { tunnel, links, ruleTable, forwardFilter, log }: BoardNetworkPorts,
  { podCidrFleet, serviceCidr, keepaliveSeconds }: BoardNetworkOptions,
  { peers }: Mesh,
  { podCidr, api }: { readonly podCidr: string; readonly api: ApiRoute | undefined },
  declared: Map<string, string>,
): Promise<void> {
  let actualPeers = await tunnel.peers();
  if (actualPeers === undefined) {
    log.warn("the WireGuard interface is gone, making it again", { interface: tunnelName });
    await tunnel.open();
    declared.clear();
    actualPeers = (await tunnel.peers()) ?? [];
  }
  const peerChanges = renderPeerChanges(actualPeers, peers, declared, keepaliveSeconds);
  if (peerChanges.length > 0) await tunnel.set(peerChanges);
  declared.clear();
  for (const { publicKey, endpoint } of peers) if (endpoint !== undefined) declared.set(publicKey, endpoint);

  const bridgeChanges = renderBridge(await links.addressesOf(bridgeName), podCidr);
  if (bridgeChanges.length > 0) await links.batch(bridgeChanges);
  // After the bridge: a route's source must be an address of the board.
  const routeChanges = renderRoutes(await links.routesVia(tunnelName), peers, podCidr);
  if (routeChanges.length > 0) await links.batch(routeChanges);

  const serviceRoute = renderServiceRoute(await links.routesVia(bridgeName), serviceCidr, podCidr);
  if (serviceRoute.length > 0) await links.batch(serviceRoute);

  await links.forwardPackets();
  await ruleTable.ensure(renderRuleTable({ podCidr, flatCidrs: [podCidrFleet, serviceCidr], api }));
  await forwardFilter.accept();
}
