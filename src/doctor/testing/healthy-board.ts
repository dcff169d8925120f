import type { HostFacts } from "../facts.ts";

const gibibyte = 1_024 ** 3;

/** A board that nothing ails; what a test is about differs from it. */
export const healthyBoard: HostFacts = {
  requirements: {
    platform: "linux",
    uid: 0,
    programs: { ip: true, wg: true, nft: true, nsenter: true, "wireguard-go": false, dockerd: true },
    kernelWireguard: true,
    engine: "answers",
    engineSocket: "/var/run/docker.sock",
  },
  wanted: {
    dataDir: "/var/lib/bramble",
    ports: { api: 6443, mqtt: 8883, telemetry: 8884, wireguard: 51820 },
    podCidr: "10.42.0.0/16",
    serviceCidr: "10.43.0.0/16",
    name: undefined,
  },
  system: {
    model: "Raspberry Pi 4 Model B Rev 1.4",
    kernelRelease: "6.12.25+rpt-rpi-v8",
    pageBytes: 4_096,
    memoryBytes: 4 * gibibyte,
    hostName: "kitchen-1",
    machineId: "0123456789abcdef0123456789abcdef",
    hasSystemd: true,
    entropyBits: 256,
    hasRandomDevice: true,
  },
  kernel: {
    cgroupVersion: 2,
    cgroupMemory: true,
    bootLine: { path: "/boot/firmware/cmdline.txt", text: "console=tty1 rootwait\n" },
    bridgeNetfilter: "loaded",
    bridgeCallsIptables: true,
    forwardsPackets: true,
    nftables: "works",
  },
  engine: {
    version: "20.10.24+dfsg1",
    storageDriver: "overlay2",
    cgroupDriver: "systemd",
    limitsMemory: true,
    liveRestore: true,
    dataRoot: "/var/lib/docker",
    securityOptions: ["name=seccomp,profile=default", "name=cgroupns"],
    inSwarm: false,
  },
  clock: {
    nowMs: Date.UTC(2026, 10, 30),
    floorMs: Date.UTC(2026, 0, 1),
    hasRealTimeClock: true,
    timeDaemon: "systemd-timesyncd",
    isSynchronized: true,
  },
  storage: [
    {
      path: "/var/lib/bramble",
      purpose: "data",
      mountPoint: "/",
      fileSystem: "ext4",
      isReadOnly: false,
      medium: "nvme",
      device: "nvme0n1",
      sizeBytes: 64 * gibibyte,
      freeBytes: 50 * gibibyte,
      lifeUsedPercent: undefined,
    },
  ],
  swaps: [],
  network: {
    routes: [
      { prefix: "0.0.0.0/0", link: "eth0" },
      { prefix: "192.168.1.0/24", link: "eth0" },
    ],
    listeners: [{ protocol: "tcp", port: 22, address: "0.0.0.0", processId: 600, program: "sshd" }],
    nameServers: ["192.168.1.1"],
    upstreamServers: [],
  },
  power: { throttled: 0, isUnderVoltage: false, temperatureC: 48 },
  fleet: { identity: undefined, damage: undefined, files: [], processId: undefined, links: [], others: [] },
};
