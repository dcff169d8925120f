/** Joins the network to this board's tools: the one call that the daemon makes, and its undoing. */
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import {
  type BoardNetwork,
  type BoardNetworkPorts,
  openBoardNetwork,
  tearDownBoardNetwork,
} from "../../network/board-network.ts";
import { createRuleTable } from "../nftables/rule-table.ts";
import { createWireguardTunnel } from "../wireguard/wireguard-tunnel.ts";
import { createDockerForwardFilter } from "./docker-forward-filter.ts";
import { createLinkCommands } from "./link-commands.ts";
import { createPodLinks } from "./pod-links.ts";
import { type RunCommand, runCommand } from "./run-command.ts";

export interface NetworkOptions {
  /** The board's own Node name. */
  readonly node: string;
  /** `10.42.0.0/16` */
  readonly podCidrFleet: string;
  /** `10.43.0.0/16` */
  readonly serviceCidr: string;
  /** Holds `wireguard.key`. */
  readonly dataDir: string;
  /** UDP; 51820 by custom. */
  readonly listenPort: number;
  /** See `BoardNetworkOptions`. */
  readonly keepaliveSeconds?: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** As another board, in tests: commands behind a prefix, and that board's `/proc/<pid>/net`. */
  readonly run?: RunCommand;
  readonly ownNet?: string;
}

/** Throws `UsageError` naming the Debian package of a missing tool, or what else keeps the tunnel from opening. */
export async function startNetwork(options: NetworkOptions): Promise<BoardNetwork> {
  const ports = boardPorts(options);
  await requireTools(options.run ?? runCommand);
  return openBoardNetwork(ports, options);
}

/** Removes the network of a board on which bramble does not run any more. */
export async function removeNetwork(
  options: Omit<NetworkOptions, "node" | "podCidrFleet" | "serviceCidr">,
): Promise<void> {
  await tearDownBoardNetwork(boardPorts(options));
}

function boardPorts(options: Omit<NetworkOptions, "node" | "podCidrFleet" | "serviceCidr">): BoardNetworkPorts {
  const { run = runCommand, dataDir, listenPort, clock, log, ownNet } = options;
  return {
    tunnel: createWireguardTunnel({ run, keyPath: join(dataDir, "wireguard.key"), listenPort, clock, log }),
    links: createLinkCommands(run),
    ruleTable: createRuleTable(run),
    forwardFilter: createDockerForwardFilter(run),
    podLinks: createPodLinks({ run, ...(ownNet === undefined ? {} : { ownNet }) }),
    clock,
    log,
  };
}

/** Before anything is changed; wireguard-go is asked for only where the kernel has no WireGuard. */
async function requireTools(run: RunCommand): Promise<void> {
  await run(["ip", "-Version"]);
  await run(["wg", "--version"]);
  await run(["nft", "--version"]);
}
