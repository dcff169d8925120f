/** Whether what the board will listen on, route and ask is free, distinct and within reach. */
import { overlaps, type Prefix, parsePrefix } from "../../lib/ipv4.ts";
import type { HostFacts, Listener } from "../facts.ts";
import type { Finding } from "../finding.ts";

export function checkNetwork(facts: HostFacts): readonly Finding[] {
  return [...checkPorts(facts), ...checkRanges(facts), ...checkResolver(facts)];
}

interface WantedPort {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  readonly use: string;
  readonly option: string;
  readonly isForVoters: boolean;
}

function wantedPorts({ wanted: { ports } }: HostFacts): readonly WantedPort[] {
  const voter = { protocol: "tcp", isForVoters: true } as const;
  return [
    { ...voter, port: ports.api, use: "the API", option: "--api-port" },
    { ...voter, port: ports.mqtt, use: "the control broker", option: "--mqtt-port" },
    { ...voter, port: ports.telemetry, use: "the telemetry broker", option: "" },
    { protocol: "udp", isForVoters: false, port: ports.wireguard, use: "WireGuard", option: "--wireguard-port" },
  ];
}

function checkPorts(facts: HostFacts): readonly Finding[] {
  const { network, fleet, requirements } = facts;
  // Without root it stays unknown who listens, and it may be this board's own bramble.
  if (requirements.uid !== 0) return [];
  // What a running board listens on is what it is to listen on; its WireGuard is the kernel's, and nobody's process.
  if (fleet.processId !== undefined) return [];
  const isMere = fleet.identity?.isVoter === false;
  return wantedPorts(facts).flatMap(({ protocol, port, use, option, isForVoters }) => {
    const taker = network.listeners.find((listener) => listener.protocol === protocol && listener.port === port);
    if (taker === undefined || (isLeftTunnel(facts, taker) && protocol === "udp")) return [];
    const find = `ss -l${protocol === "tcp" ? "t" : "u"}np 'sport = :${port}'`;
    const other = option === "" ? "" : `, or choose another port at init and join with ${option}`;
    return [
      {
        check: "port-taken",
        severity: isForVoters && isMere ? "note" : "error",
        what: `${protocol.toUpperCase()} port ${port} is taken by ${programOf(taker)}, and ${use} needs it`,
        why: isForVoters ? "a voter does not start without it" : "the board has no way to the other boards' pods",
        fix: `stop what listens there (${find} shows it)${other}`,
      },
    ];
  });
}

/** The kernel's own tunnel of a board that was stopped: the next start takes it over. */
function isLeftTunnel({ fleet }: HostFacts, { processId, program }: Listener): boolean {
  return fleet.links.length > 0 && (processId === undefined || program === "wireguard-go");
}

function programOf({ program, processId }: Listener): string {
  return program === undefined ? "somebody" : `${program} (process ${processId})`;
}

function checkRanges({ wanted, network, fleet }: HostFacts): readonly Finding[] {
  const ranges = [
    {
      text: wanted.podCidr,
      use: "pods",
      fix: "found the fleet with another range: bramble init --pod-cidr 10.142.0.0/16",
    },
    {
      text: wanted.serviceCidr,
      use: "Services",
      fix: "give that network another range; the one for Services is fixed",
    },
  ];
  return ranges.flatMap(({ text, use, fix }) => {
    const range = parsePrefix(text);
    const taken = network.routes.filter(
      ({ prefix, link }) => !fleet.links.includes(link) && range !== undefined && overlapsWith(prefix, range),
    );
    return taken.slice(0, 1).map(({ prefix, link }) => ({
      check: "address-overlap",
      severity: "error",
      what: `${prefix} is reached through ${link}, and ${use} are to have ${text}`,
      why: `either that network or the fleet's ${use} cannot be reached from this board`,
      fix: isOrchestrators(link) ? `remove what made ${link} (another orchestrator's network), or ${fix}` : fix,
    }));
  });
}

function overlapsWith(text: string, range: Prefix): boolean {
  const prefix = parsePrefix(text);
  return prefix !== undefined && prefix.bits > 0 && overlaps(prefix, range);
}

function isOrchestrators(link: string): boolean {
  return /^(cni|flannel|cali|cilium|weave|kube)/.test(link);
}

function checkResolver({ network: { nameServers, upstreamServers } }: HostFacts): readonly Finding[] {
  const check = "resolver";
  if (nameServers.length === 0) {
    const why =
      "images are not found by name, and pods have no names but the fleet's; at an offline site that may be meant";
    const fix = "nameserver <the router's address> in /etc/resolv.conf";
    return [{ check, severity: "note", what: "/etc/resolv.conf names no name server", why, fix }];
  }
  if (!nameServers.every(isLoopback) || upstreamServers.some((server) => !isLoopback(server))) return [];
  return [
    {
      check,
      severity: "warning",
      what: `the only name server is a stub on this board itself (${nameServers.join(", ")})`,
      why: "pods are given the board's name servers, and 127.0.0.1 is somebody else inside a pod",
      fix: "let it listen on the board's own address too and name that in /etc/resolv.conf, or name the router's address there",
    },
  ];
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
