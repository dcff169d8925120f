/** What the network needs from its board; implemented in `platform`. */

/** Interface names: Linux allows 15 characters. */
export const bridgeName = "bramble0";
export const tunnelName = "bramble-wg";
export const tableName = "bramble";
/** WireGuard's 60 to 80 bytes inside Ethernet's 1500. */
export const mtuBytes = 1420;

/** A WireGuard peer as the interface holds it. */
export interface TunnelPeer {
  readonly publicKey: string;
  /** `10.99.0.2:51820`; undefined while unknown. May differ from what was set: WireGuard follows a moving peer. */
  readonly endpoint: string | undefined;
  /** Prefixes, `10.42.2.0/24`. */
  readonly allowedIps: readonly string[];
  readonly keepaliveSeconds: number | undefined;
}

/** What the interface has seen of a peer. */
export interface TunnelTraffic {
  readonly publicKey: string;
  readonly endpoint: string | undefined;
  /** Seconds since 1970; undefined before the first. */
  readonly handshakeSeconds: number | undefined;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** The board's WireGuard interface. */
export interface Tunnel {
  /**
   * Makes the interface or adopts the one an earlier process left, with the board's own key. Returns the public key.
   * Throws `UsageError` where neither the kernel nor `wireguard-go` can make it.
   */
  open(): Promise<string>;
  /** Peers now, or undefined where the interface is gone. */
  peers(): Promise<readonly TunnelPeer[] | undefined>;
  /** Of every peer, since the interface was made. */
  traffic(): Promise<readonly TunnelTraffic[]>;
  /** Arguments of `wg set bramble-wg`. */
  set(args: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface Route {
  /** `10.42.2.0/24` */
  readonly prefix: string;
  /** `10.42.1.1` */
  readonly source: string | undefined;
}

/** The board's links, addresses and routes, as `ip` sees them. */
export interface Links {
  /** IPv4 addresses with their prefix length (`10.42.1.1/24`), or undefined where there is no such link. */
  addressesOf(link: string): Promise<readonly string[] | undefined>;
  routesVia(link: string): Promise<readonly Route[]>;
  /** Lines of `ip -batch`; stops at the first that fails and throws. */
  batch(lines: readonly string[]): Promise<void>;
  /** Lets the board forward packets between its interfaces. */
  forwardPackets(): Promise<void>;
}

/** The nftables table of our own. */
export interface RuleTable {
  /** Swaps the table for `ruleset` in one transaction, unless that is what the kernel holds already. */
  ensure(ruleset: string): Promise<void>;
  remove(): Promise<void>;
}

/** The place that Docker keeps for others' forwarding rules, on a board whose engine filters what is forwarded. */
export interface ForwardFilter {
  /** Nothing happens where there is no such place. */
  accept(): Promise<void>;
  withdraw(): Promise<void>;
}

/** What a pod's end of its link looks like, for `PodLinks.state`. */
export interface PodLinkState {
  readonly hostLinkExists: boolean;
  readonly sandboxAddresses: readonly string[];
  readonly sandboxHasDefaultRoute: boolean;
}

/** Links between the bridge and the network namespaces of sandboxes. */
export interface PodLinks {
  state(hostLink: string, sandboxPid: number): Promise<PodLinkState>;
  /** Lines of `ip -batch` on the board. */
  batch(lines: readonly string[]): Promise<void>;
  /** Lines of `ip -batch` inside the sandbox's network namespace. */
  batchInside(sandboxPid: number, lines: readonly string[]): Promise<void>;
  /** Names of the board's links that begin with `prefix`. */
  linksNamed(prefix: string): Promise<readonly string[]>;
}
