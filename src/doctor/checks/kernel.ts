/** What the kernel offers: memory limits, packet filters, forwarding, page size. */
import type { HostFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import { withMemoryCgroup } from "../kernel-command-line.ts";

const usualPageBytes = 4_096;
const bridgeModule = "br_netfilter";
const modulesFile = "/etc/modules-load.d/bramble.conf";
const settingsFile = "/etc/sysctl.d/60-bramble.conf";

export function checkKernel(facts: HostFacts): readonly Finding[] {
  return [
    ...checkMemoryCgroup(facts),
    ...checkNftables(facts),
    ...checkBridgeNetfilter(facts),
    ...checkForwarding(facts),
    ...checkPageSize(facts),
  ];
}

function checkMemoryCgroup({ kernel: { cgroupVersion, cgroupMemory, bootLine } }: HostFacts): readonly Finding[] {
  const check = "cgroup-memory";
  if (cgroupMemory) return [];
  const why =
    "without it no pod's memory limit holds: one pod that grows takes the whole board, and the kernel ends whom it likes";
  if (cgroupVersion === undefined) {
    const what = "no cgroups are mounted at /sys/fs/cgroup";
    const fix = "boot with systemd, or mount them with: apt-get install cgroupfs-mount";
    return [{ check, severity: "error", what: `${what}, so the engine cannot run containers`, why, fix }];
  }
  if (bootLine === undefined) {
    const fix =
      "add cgroup_enable=memory to the kernel's command line (GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub), and reboot";
    return [{ check, severity: "error", what: "the kernel runs without the memory cgroup", why, fix }];
  }
  const { path, text } = bootLine;
  const mended = withMemoryCgroup(text);
  if (mended === text) {
    const what = `the kernel runs without the memory cgroup, which ${path} asks for at the next boot`;
    return [{ check, severity: "error", what, why, fix: "reboot" }];
  }
  return [
    {
      check,
      severity: "error",
      what: `the kernel runs without the memory cgroup: ${path} does not ask for it`,
      why,
      fix: `append to the one line of ${path}, then reboot: cgroup_enable=memory cgroup_memory=1`,
      steps: [{ kind: "write", path, text: mended }],
    },
  ];
}

function checkNftables({ kernel: { nftables } }: HostFacts): readonly Finding[] {
  if (nftables !== "fails") return [];
  return [
    {
      check: "nftables",
      severity: "error",
      what: "the kernel refuses nftables",
      why: "pods reach the outside and the API through rules that nft sets",
      fix: "modprobe nf_tables; where it is missing, boot the distribution's own kernel",
      steps: [{ kind: "run", command: ["modprobe", "nf_tables"] }],
    },
  ];
}

function checkBridgeNetfilter({ kernel: { bridgeNetfilter, bridgeCallsIptables } }: HostFacts): readonly Finding[] {
  const check = "bridge-netfilter";
  const why = "rules for Services and policies do not see packets between two pods of this board";
  if (bridgeNetfilter === "absent" && bridgeCallsIptables === undefined) {
    const what = `this kernel has no module ${bridgeModule}`;
    return [{ check, severity: "note", what, why, fix: "boot the distribution's own kernel" }];
  }
  if (bridgeCallsIptables === true) return [];
  if (bridgeCallsIptables === false) {
    const setting = "net.bridge.bridge-nf-call-iptables";
    return [
      {
        check,
        severity: "warning",
        what: `${setting} is 0`,
        why,
        fix: `sysctl -w ${setting}=1, and ${setting} = 1 in ${settingsFile}`,
        steps: [
          { kind: "write", path: settingsFile, text: `${setting} = 1\n` },
          { kind: "run", command: ["sysctl", "-q", "-w", `${setting}=1`] },
        ],
      },
    ];
  }
  return [
    {
      check,
      severity: "warning",
      what: `the module ${bridgeModule} is not loaded`,
      why,
      fix: `modprobe ${bridgeModule}, and ${bridgeModule} in ${modulesFile}`,
      steps: [
        { kind: "write", path: modulesFile, text: `${bridgeModule}\n` },
        { kind: "run", command: ["modprobe", bridgeModule] },
      ],
    },
  ];
}

function checkForwarding({ kernel: { forwardsPackets }, fleet }: HostFacts): readonly Finding[] {
  // `run` turns it on; who turned it off after that did so against a running board.
  if (forwardsPackets !== false || fleet.processId === undefined) return [];
  return [
    {
      check: "forwarding",
      severity: "error",
      what: "this board does not forward IPv4 packets (net.ipv4.ip_forward is 0), though bramble had turned that on",
      why: "its pods reach nobody outside the board, and nobody reaches them",
      fix: "sysctl -w net.ipv4.ip_forward=1, and look for what turned it off in /etc/sysctl.conf and /etc/sysctl.d",
      steps: [{ kind: "run", command: ["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"] }],
    },
  ];
}

function checkPageSize({ system: { pageBytes, model } }: HostFacts): readonly Finding[] {
  if (pageBytes === undefined || pageBytes === usualPageBytes) return [];
  const kernel = model?.startsWith("Raspberry Pi")
    ? "kernel=kernel8.img in /boot/firmware/config.txt, then reboot"
    : "a kernel with pages of 4 KiB";
  return [
    {
      check: "page-size",
      severity: "note",
      what: `the kernel's pages are ${pageBytes / 1_024} KiB`,
      why: "bramble runs, but images with 32-bit ARM programs, or built with an allocator for 4 KiB (jemalloc in older Redis, InfluxDB, Elasticsearch…), end at their start with “Unsupported system page size”",
      fix: `where a pod needs it: ${kernel}`,
    },
  ];
}
