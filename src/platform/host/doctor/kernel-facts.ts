import type { KernelFacts, ModuleState, RequirementFacts } from "../../../doctor/facts.ts";
import type { HostRoot } from "../../../doctor/ports.ts";
import { CommandError } from "../run-command.ts";

/** Newer systems keep the firmware's files in the first, and a hint where they went in the second. */
const bootLinePaths = ["/boot/firmware/cmdline.txt", "/boot/cmdline.txt"];

export async function readKernelFacts(root: HostRoot, { programs, uid }: RequirementFacts): Promise<KernelFacts> {
  const forwards = await root.text("/proc/sys/net/ipv4/ip_forward");
  const calls = await root.text("/proc/sys/net/bridge/bridge-nf-call-iptables");
  return {
    ...(await readCgroups(root)),
    bootLine: await readBootLine(root),
    bridgeNetfilter: calls === undefined ? await moduleState(root, "br_netfilter") : "loaded",
    bridgeCallsIptables: calls === undefined ? undefined : calls.trim() === "1",
    forwardsPackets: forwards === undefined ? undefined : forwards.trim() === "1",
    nftables: programs.nft && uid === 0 ? await tryNftables(root) : undefined,
  };
}

/** Built in or loaded; or there to be loaded. */
export async function moduleState(root: HostRoot, name: string): Promise<ModuleState> {
  if (await root.exists(`/sys/module/${name}`)) return "loaded";
  const release = ((await root.text("/proc/sys/kernel/osrelease")) ?? "").trim();
  const lists = ["modules.builtin", "modules.dep"].map((list) => root.text(`/lib/modules/${release}/${list}`));
  const [builtin = "", dependencies = ""] = await Promise.all(lists);
  const file = `/${name}.ko`;
  if (builtin.includes(file)) return "loaded";
  // A dependency's name stands behind the colon of the modules that need it, and before its own.
  return dependencies.includes(file) ? "available" : "absent";
}

async function readCgroups(root: HostRoot): Promise<Pick<KernelFacts, "cgroupVersion" | "cgroupMemory">> {
  const controllers = await root.text("/sys/fs/cgroup/cgroup.controllers");
  if (controllers !== undefined)
    return { cgroupVersion: 2, cgroupMemory: controllers.trim().split(" ").includes("memory") };
  const hierarchies = await root.names("/sys/fs/cgroup");
  if (hierarchies.length === 0) return { cgroupVersion: undefined, cgroupMemory: false };
  return { cgroupVersion: 1, cgroupMemory: await root.exists("/sys/fs/cgroup/memory/memory.limit_in_bytes") };
}

async function readBootLine(root: HostRoot): Promise<KernelFacts["bootLine"]> {
  for (const path of bootLinePaths) {
    const text = await root.text(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

async function tryNftables(root: HostRoot): Promise<KernelFacts["nftables"]> {
  try {
    await root.run(["nft", "list", "tables"]);
    return "works";
  } catch (error) {
    return error instanceof CommandError ? "fails" : undefined;
  }
}
