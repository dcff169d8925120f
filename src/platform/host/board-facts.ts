/** Reads what this board is from its hardware and operating system. */
import { readFile, statfs } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import type { BoardFacts } from "../../agent/ports.ts";

const goArchitectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64", arm: "arm", ia32: "386" };

/** `dataDir` names the file system whose size counts as the board's storage. */
export async function readBoardFacts(dataDir: string): Promise<BoardFacts> {
  // Late: it is read once, and other commands never need it.
  const { cpu, mem, osInfo, system, uuid } = await import("systeminformation");
  const [processor, memory, os, hardware, ids, storage] = await Promise.all([
    cpu(),
    mem(),
    osInfo(),
    system(),
    uuid(),
    statfs(dataDir),
  ]);
  return {
    hostname: hostname(),
    arch: goArchitectures[process.arch] ?? process.arch,
    model: (await deviceTreeModel()) ?? modelOf(hardware.manufacturer, hardware.model),
    cpuCount: processor.cores,
    memoryBytes: memory.total,
    storageBytes: storage.blocks * storage.bsize,
    kernelVersion: os.kernel,
    osImage: [os.distro, os.release].filter((part) => part !== "").join(" "),
    machineId: ids.os,
    systemUuid: ids.hardware === "" ? ids.os : ids.hardware,
    bootId: (await readText("/proc/sys/kernel/random/boot_id")).trim(),
    addresses: addresses(await readText("/proc/net/route")),
    resolvConf: await boardResolvConf(),
  };
}

/** Boards say their own name in the device tree: `Raspberry Pi 4 Model B Rev 1.4`. */
async function deviceTreeModel(): Promise<string | undefined> {
  const model = (await readText("/proc/device-tree/model")).replaceAll("\0", "").trim();
  return model === "" ? undefined : model;
}

function modelOf(manufacturer: string, model: string): string | undefined {
  const name = `${manufacturer} ${model}`.trim();
  return name === "" ? undefined : name;
}

/** IPv4 addresses, those of the interface with the default route first. `routes` is `/proc/net/route`. */
function addresses(routes: string): string[] {
  const withDefault = routes.split("\n").find((line) => line.split(/\s+/)[1] === "00000000");
  const first = withDefault?.split(/\s+/)[0];
  const found: string[] = [];
  for (const [name, members = []] of Object.entries(networkInterfaces())) {
    if (/^(lo|docker|br-|veth|bramble)/.test(name)) continue;
    const own = members.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address);
    if (name === first) found.unshift(...own);
    else found.push(...own);
  }
  return found;
}

/** A stub on loopback cannot be reached from a pod: systemd keeps the servers behind its own elsewhere. */
async function boardResolvConf(): Promise<string> {
  const text = await readText("/etc/resolv.conf");
  const servers = text.match(/^nameserver\s+\S+/gm) ?? [];
  if (!servers.every((line) => /\s127\./.test(line))) return text;
  return (await readText("/run/systemd/resolve/resolv.conf")) || text;
}

function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
