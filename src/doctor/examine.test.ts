import { describe, expect, it } from "vitest";
import { examine } from "./examine.ts";
import type { EngineFacts, HostFacts, StorageFacts } from "./facts.ts";
import type { Finding, Severity } from "./finding.ts";
import { healthyBoard } from "./testing/healthy-board.ts";

type Ailment = { readonly [Group in keyof HostFacts]?: Partial<HostFacts[Group]> };

/** The healthy board, but for these facts. */
function examined(ailment: Ailment): readonly Finding[] {
  const facts: Record<string, unknown> = { ...healthyBoard };
  for (const [group, part] of Object.entries(ailment)) {
    const whole: unknown = facts[group];
    facts[group] = Array.isArray(part) ? part : { ...(whole as object), ...(part as object) };
  }
  return examine(facts as unknown as HostFacts);
}

const engine = (part: Partial<EngineFacts>): Ailment => ({ engine: part });
const disk = (part: Partial<StorageFacts>): Ailment => ({
  storage: healthyBoard.storage.map((each) => ({ ...each, ...part })),
});
const mebibyte = 1_024 ** 2;
const member = { fleet: "home", node: "b1", isVoter: true, address: "192.168.1.11" };

describe("examine", () => {
  it("finds nothing on a healthy board", () => {
    expect(examine(healthyBoard)).toEqual([]);
  });

  it.each<[string, Ailment, string, Severity, RegExp]>([
    ["no Docker", { requirements: { engine: "absent" } }, "engine", "error", /enable --now docker/],
    ["no memory cgroup", { kernel: { cgroupMemory: false } }, "cgroup-memory", "error", /cmdline\.txt/],
    ["none, on a PC", { kernel: { cgroupMemory: false, bootLine: undefined } }, "cgroup-memory", "error", /GRUB/],
    ["no cgroups", { kernel: { cgroupMemory: false, cgroupVersion: undefined } }, "cgroup-memory", "error", /mount/],
    ["no nftables in the kernel", { kernel: { nftables: "fails" } }, "nftables", "error", /modprobe/],
    [
      "bridge module not loaded",
      { kernel: { bridgeNetfilter: "available", bridgeCallsIptables: undefined } },
      "bridge-netfilter",
      "warning",
      /modprobe br_netfilter/,
    ],
    ["bridge calls off", { kernel: { bridgeCallsIptables: false } }, "bridge-netfilter", "warning", /sysctl/],
    [
      "forwarding turned off under a running board",
      { kernel: { forwardsPackets: false }, fleet: { processId: 700, identity: member } },
      "forwarding",
      "error",
      /ip_forward=1/,
    ],
    ["pages of 16 KiB", { system: { pageBytes: 16_384 } }, "page-size", "note", /kernel8\.img/],
    ["an old engine", engine({ version: "19.03.15" }), "engine-version", "error", /docker\.io/],
    ["a rootless engine", engine({ securityOptions: ["name=rootless"] }), "engine-kind", "error", /docker\.io/],
    ["an engine that maps users", engine({ securityOptions: ["name=userns"] }), "engine-kind", "warning", /userns/],
    ["an engine in a snap", engine({ dataRoot: "/var/snap/docker/1/var-lib-docker" }), "engine-kind", "error", /snap/],
    ["vfs", engine({ storageDriver: "vfs" }), "storage-driver", "warning", /overlay2/],
    [
      "an engine older than its kernel's limits",
      engine({ limitsMemory: false }),
      "engine-limits",
      "warning",
      /restart/,
    ],
    ["no live restore", engine({ liveRestore: false }), "live-restore", "note", /live-restore/],
    ["a Swarm", engine({ inSwarm: true }), "swarm", "note", /swarm leave/],
    ["1970, unset", { clock: { nowMs: 5_000, timeDaemon: undefined } }, "clock", "error", /timedatectl set-ntp/],
    ["1970, no server", { clock: { nowMs: 5_000 } }, "clock", "error", /port 123/],
    [
      "no battery, no time server",
      { clock: { hasRealTimeClock: false, timeDaemon: undefined } },
      "time-source",
      "warning",
      /set-ntp/,
    ],
    ["a clock that drifts", { clock: { timeDaemon: undefined } }, "time-source", "note", /set-ntp/],
    ["no server reached", { clock: { isSynchronized: false } }, "time-source", "note", /timesync-status/],
    ["a full disk", disk({ freeBytes: 100 * mebibyte }), "free-space", "error", /prune/],
    ["no room for images", disk({ purpose: "images", freeBytes: 500 * mebibyte }), "free-space", "warning", /prune/],
    ["a read-only root", disk({ isReadOnly: true }), "read-only", "error", /remount/],
    ["data in memory", disk({ medium: "memory", fileSystem: "tmpfs" }), "data-in-memory", "error", /--data-dir/],
    ["a worn eMMC", disk({ medium: "emmc", lifeUsedPercent: 90 }), "worn-flash", "warning", /snapshot save/],
    ["a spent eMMC", disk({ medium: "emmc", lifeUsedPercent: 110 }), "worn-flash", "error", /snapshot save/],
    ["a share", disk({ medium: "network", fileSystem: "nfs4" }), "network-disk", "warning", /local/],
    ["a stick for cameras", disk({ fileSystem: "exfat", medium: "ssd" }), "file-system", "error", /ext4/],
    ["an SD card", disk({ medium: "sd" }), "sd-card", "note", /endurance/],
    ["swap on a card", { swaps: [{ path: "/var/swap", medium: "sd" }] }, "swap-on-flash", "warning", /dphys-swapfile/],
    ["swap on eMMC", { swaps: [{ path: "/dev/mmcblk0p3", medium: "emmc" }] }, "swap-on-flash", "warning", /swapoff/],
    [
      "the LAN where pods are to be",
      { network: { routes: [{ prefix: "10.42.0.0/24", link: "eth0" }] } },
      "address-overlap",
      "error",
      /--pod-cidr/,
    ],
    [
      "a VPN over everything private",
      { network: { routes: [{ prefix: "10.43.0.0/16", link: "tun0" }] } },
      "address-overlap",
      "error",
      /fixed/,
    ],
    [
      "a stub that pods cannot ask",
      { network: { nameServers: ["127.0.0.1"], upstreamServers: [] } },
      "resolver",
      "warning",
      /router/,
    ],
    ["no name server", { network: { nameServers: [] } }, "resolver", "note", /resolv\.conf/],
    ["too little voltage", { power: { throttled: 0x50005 } }, "under-voltage", "error", /supply/],
    ["too little voltage, once", { power: { throttled: 0x50000 } }, "under-voltage", "warning", /supply/],
    [
      "the kernel's alarm",
      { power: { throttled: undefined, isUnderVoltage: true } },
      "under-voltage",
      "error",
      /cable/,
    ],
    ["heat", { power: { temperatureC: 84.2 } }, "heat", "warning", /fan/],
    ["throttled by heat", { power: { throttled: 0x4, temperatureC: 79 } }, "heat", "warning", /fan/],
    ["256 MB", { system: { memoryBytes: 230 * mebibyte } }, "memory", "warning", /gpu_mem/],
    ["no chance", { system: { entropyBits: 30 } }, "entropy", "warning", /rng-tools/],
    ["a factory name", { system: { hostName: "raspberrypi" } }, "host-name", "warning", /--name/],
    ["no board's name", { system: { hostName: "my_pi" } }, "host-name", "error", /--name/],
    ["an image's identity", { system: { machineId: "uninitialized" } }, "machine-id", "note", /machine-id/],
    ["a torn identity", { fleet: { damage: "identity.json cannot be read" } }, "former-fleet", "error", /join/],
    ["another fleet's data", { fleet: { files: ["raft", "slice"] } }, "former-fleet", "warning", /rm -r/],
    ["another fleet's network", { fleet: { links: ["bramble0"] } }, "former-fleet", "warning", /ip link delete/],
    [
      "k3s",
      { fleet: { others: [{ name: "k3s", path: "/var/lib/rancher/k3s" }] } },
      "other-orchestrator",
      "warning",
      /k3s-uninstall/,
    ],
  ])("%s", (_, ailment, check, severity, fix) => {
    const findings = examined(ailment);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ check, severity, fix: expect.stringMatching(fix) });
  });

  it("says the gravest first", () => {
    const findings = examined({
      system: { pageBytes: 16_384, hostName: "raspberrypi" },
      kernel: { nftables: "fails" },
    });
    expect(findings.map(({ severity }) => severity)).toEqual(["error", "warning", "note"]);
  });

  it("says nothing of a board's own ports, ranges and name", () => {
    const own = [{ prefix: "10.42.1.0/24", link: "bramble0" }];
    const listeners = [
      { protocol: "tcp" as const, port: 6443, address: "0.0.0.0", processId: 700, program: "bramble" },
      { protocol: "udp" as const, port: 51820, address: "0.0.0.0", processId: undefined, program: undefined },
    ];
    const running = { identity: member, processId: 700, links: ["bramble0", "bramble-wg"], files: ["raft"] };
    const network = { routes: own, listeners };
    expect(examined({ network, fleet: running, system: { hostName: "raspberrypi" } })).toEqual([]);
    // Stopped, its tunnel stays, and the next start takes it over.
    const stopped = { ...running, processId: undefined };
    expect(examined({ network: { routes: own, listeners: listeners.slice(1) }, fleet: stopped })).toEqual([]);
  });

  it("does not guess who listens where it may not look", () => {
    const listeners = [
      { protocol: "tcp" as const, port: 6443, address: "::", processId: undefined, program: undefined },
    ];
    const findings = examined({ network: { listeners }, requirements: { uid: 1000 } });
    expect(findings.map(({ check }) => check)).toEqual(["root"]);
  });

  it("names who has taken a port, and which it was", () => {
    const take = (protocol: "tcp" | "udp", port: number) =>
      examined({
        network: { listeners: [{ protocol, port, address: "0.0.0.0", processId: 812, program: "k3s-server" }] },
      });
    for (const [protocol, port] of [
      ["tcp", 6443],
      ["tcp", 8883],
      ["tcp", 8884],
      ["udp", 51820],
    ] as const) {
      const [finding, ...others] = take(protocol, port);
      expect(others).toEqual([]);
      expect(finding).toMatchObject({ check: "port-taken", severity: "error" });
      expect(finding?.what).toContain(`${port} is taken by k3s-server (process 812)`);
    }
    expect(take("udp", 6443)).toEqual([]);
  });
});
