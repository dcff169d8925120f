/** What the doctor knows of a board, as it was read off it; absent where the board does not say. */

/** What `run` cannot do without. */
export interface RequirementFacts {
  readonly platform: string;
  readonly uid: number;
  readonly programs: Readonly<Record<ProgramName, boolean>>;
  /** Built in or loaded; a module that is there but not loaded counts too. */
  readonly kernelWireguard: boolean;
  readonly engine: "answers" | "absent" | "refused" | "silent" | "unsupported";
  /** The path asked, or the whole of a `DOCKER_HOST` that names no path. */
  readonly engineSocket: string;
}

export const programNames = ["ip", "wg", "nft", "nsenter", "wireguard-go", "dockerd"] as const;
export type ProgramName = (typeof programNames)[number];

export interface HostFacts {
  readonly requirements: RequirementFacts;
  readonly wanted: Wanted;
  readonly system: SystemFacts;
  readonly kernel: KernelFacts;
  readonly engine: EngineFacts | undefined;
  readonly clock: ClockFacts;
  /** Where the board keeps its data, and where its engine keeps images. */
  readonly storage: readonly StorageFacts[];
  readonly swaps: readonly SwapFacts[];
  readonly network: NetworkFacts;
  readonly power: PowerFacts;
  readonly fleet: FleetFacts;
}

/** What the board is to do, from its identity where it has one, otherwise from the options. */
export interface Wanted {
  readonly dataDir: string;
  readonly ports: {
    readonly api: number;
    readonly mqtt: number;
    readonly telemetry: number;
    readonly wireguard: number;
  };
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** Undefined where the host's name is to be the board's. */
  readonly name: string | undefined;
}

export interface SystemFacts {
  /** As the device tree says it: `Raspberry Pi 4 Model B Rev 1.4`. */
  readonly model: string | undefined;
  readonly kernelRelease: string;
  readonly pageBytes: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly hostName: string;
  readonly machineId: string;
  /** Whether systemd is the first process, so that its commands do something. */
  readonly hasSystemd: boolean;
  /** Bits that the kernel's pool holds. */
  readonly entropyBits: number | undefined;
  readonly hasRandomDevice: boolean;
}

export interface KernelFacts {
  readonly cgroupVersion: 1 | 2 | undefined;
  /** Whether memory can be limited and counted. */
  readonly cgroupMemory: boolean;
  /** The file that the kernel's command line is made of at the next boot; Raspberry Pi's firmware reads it. */
  readonly bootLine: { readonly path: string; readonly text: string } | undefined;
  readonly bridgeNetfilter: ModuleState;
  /** Whether bridged packets meet the rules; undefined where the module is not loaded. */
  readonly bridgeCallsIptables: boolean | undefined;
  readonly forwardsPackets: boolean | undefined;
  /** What `nft list tables` came to; undefined where it was not asked. */
  readonly nftables: "works" | "fails" | undefined;
}

export type ModuleState = "loaded" | "available" | "absent";

export interface EngineFacts {
  readonly version: string;
  readonly storageDriver: string;
  readonly cgroupDriver: string;
  readonly limitsMemory: boolean;
  readonly liveRestore: boolean;
  readonly dataRoot: string;
  /** `name=rootless`, `name=userns`… */
  readonly securityOptions: readonly string[];
  readonly inSwarm: boolean;
}

export interface ClockFacts {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The latest that this board has ever been sure of; no clock may show less. */
  readonly floorMs: number;
  readonly hasRealTimeClock: boolean;
  /** The program that follows a time server, where one runs. */
  readonly timeDaemon: string | undefined;
  /** Whether it says that it follows one; undefined where it cannot be asked. */
  readonly isSynchronized: boolean | undefined;
}

export type Medium = "sd" | "emmc" | "nvme" | "ssd" | "disk" | "virtual" | "memory" | "network" | "unknown";

export interface StorageFacts {
  readonly path: string;
  readonly purpose: "data" | "images";
  /** Where its file system is mounted. */
  readonly mountPoint: string;
  readonly fileSystem: string;
  readonly isReadOnly: boolean;
  readonly medium: Medium;
  /** The disk's name, `mmcblk0`. */
  readonly device: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly freeBytes: number | undefined;
  /** How much of its life an eMMC says it has used, in steps of 10; over 100 beyond it. */
  readonly lifeUsedPercent: number | undefined;
}

export interface SwapFacts {
  readonly path: string;
  readonly medium: Medium;
}

export interface NetworkFacts {
  readonly routes: readonly { readonly prefix: string; readonly link: string }[];
  readonly listeners: readonly Listener[];
  /** Name servers of `/etc/resolv.conf`. */
  readonly nameServers: readonly string[];
  /** Those that a stub on loopback passes questions on to, where it says so. */
  readonly upstreamServers: readonly string[];
}

export interface Listener {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** `0.0.0.0`, `127.0.0.1`, `::`… */
  readonly address: string;
  readonly processId: number | undefined;
  /** What the kernel calls the process. */
  readonly program: string | undefined;
}

export interface PowerFacts {
  /** The firmware's own flags, see `power.ts`. */
  readonly throttled: number | undefined;
  readonly isUnderVoltage: boolean | undefined;
  /** The hottest sensor of the processor. */
  readonly temperatureC: number | undefined;
}

export interface FleetFacts {
  /** Undefined where the data directory belongs to no fleet. */
  readonly identity:
    | { readonly fleet: string; readonly node: string; readonly isVoter: boolean; readonly address: string }
    | undefined;
  /** Why `identity.json` cannot be read, where it is there. */
  readonly damage: string | undefined;
  /** What lies in the data directory. */
  readonly files: readonly string[];
  /** The process that runs this board. */
  readonly processId: number | undefined;
  /** Interfaces of Bramble's. */
  readonly links: readonly string[];
  /** Other systems that run containers here, by the directory that shows them. */
  readonly others: readonly { readonly name: string; readonly path: string }[];
}
