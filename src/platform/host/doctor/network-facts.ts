import type { Listener, NetworkFacts } from "../../../doctor/facts.ts";
import type { HostRoot } from "../../../doctor/ports.ts";
import { formatAddress } from "../../../lib/ipv4.ts";
import type { Process } from "./processes.ts";

/** `/proc/net/tcp`: a socket that waits for connections. */
const listening = "0A";
/** `/proc/net/udp`: one that is bound, and speaks to nobody in particular. */
const bound = "07";
const upstreamPath = "/run/systemd/resolve/resolv.conf";

export async function readNetworkFacts(root: HostRoot, processes: readonly Process[]): Promise<NetworkFacts> {
  const tables = await Promise.all(
    (["tcp", "tcp6", "udp", "udp6"] as const).map(async (name) => {
      const protocol = name.startsWith("tcp") ? "tcp" : "udp";
      return parseSockets((await root.text(`/proc/net/${name}`)) ?? "", protocol);
    }),
  );
  const owners = ownersOf(processes);
  return {
    routes: parseRoutes((await root.text("/proc/net/route")) ?? ""),
    listeners: tables.flat().map(({ inode, ...socket }) => {
      const owner = owners.get(inode);
      return { ...socket, processId: owner?.id, program: owner?.program };
    }),
    nameServers: nameServersOf((await root.text("/etc/resolv.conf")) ?? ""),
    upstreamServers: nameServersOf((await root.text(upstreamPath)) ?? ""),
  };
}

/** Destinations of the main table, `10.42.0.0/24`, and the interfaces they are reached through. */
function parseRoutes(text: string): NetworkFacts["routes"] {
  return rowsOf(text).flatMap(([link = "", destination = "", , , , , , mask = ""]) => {
    const bits = bitsOf(addressOf(mask));
    return bits === undefined ? [] : [{ prefix: `${formatAddress(addressOf(destination))}/${bits}`, link }];
  });
}

type Socket = Omit<Listener, "processId" | "program"> & { readonly inode: string };

function parseSockets(text: string, protocol: "tcp" | "udp"): readonly Socket[] {
  return rowsOf(text).flatMap(([, local = "", , state = "", , , , , , inode = ""]) => {
    const [address = "", port = ""] = local.split(":");
    if (state !== (protocol === "tcp" ? listening : bound)) return [];
    return [{ protocol, port: Number.parseInt(port, 16), address: addressText(address), inode }];
  });
}

/** The header aside. */
function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().split(/\s+/));
}

/** The kernel writes the four bytes as a number of the machine, which is little-endian on all that is supported. */
function addressOf(hex: string): number {
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)).reverse();
  return bytes.reduce((address, byte) => address * 256 + byte, 0);
}

function addressText(hex: string): string {
  if (hex.length === 8) return formatAddress(addressOf(hex));
  return /^0+$/.test(hex) ? "::" : `[${hex.toLowerCase()}]`;
}

function bitsOf(mask: number): number | undefined {
  for (let bits = 0; bits <= 32; bits += 1) if (2 ** 32 - 2 ** (32 - bits) === mask) return bits;
  return undefined;
}

function ownersOf(processes: readonly Process[]): ReadonlyMap<string, Process> {
  const owners = new Map<string, Process>();
  for (const process of processes) {
    for (const path of process.open) {
      const inode = /^socket:\[(\d+)\]$/.exec(path)?.[1];
      if (inode !== undefined) owners.set(inode, process);
    }
  }
  return owners;
}

function nameServersOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/^\s*nameserver\s+(\S+)/gm), ([, address = ""]) => address);
}
