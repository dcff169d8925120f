/** What the commands do to the machine and the fleet: handed in by the daemon, so that the words stay testable. */
import type { ApiTransport } from "../api/exchange.ts";
import type { DoctorReport } from "../doctor/finding.ts";
import type { JoinToken } from "../lib/join-token.ts";
import type { Random } from "../lib/random.ts";

export interface BoardPorts {
  /** HTTPS. */
  readonly api: number;
  /** The control broker, TLS. */
  readonly mqtt: number;
  /** UDP. */
  readonly wireguard: number;
  /** The telemetry broker of a voter, TLS. */
  readonly telemetry: number;
}

/** What `init` and `join` have in common; an absent name or address is read off the board. */
export interface NewBoardOptions {
  readonly dataDir: string;
  readonly name?: string;
  /** IPv4. */
  readonly address?: string;
  readonly ports: BoardPorts;
}

export interface InitOptions extends NewBoardOptions {
  readonly fleet: string;
  readonly podCidr: string;
  /** The broker that the whole fleet is to use, `mqtts://broker.home:8883`, and its CA where that is not the fleet's. */
  readonly mqtt?: { readonly url: string; readonly caFile?: string };
}

export interface JoinOptions extends NewBoardOptions {
  /** `10.99.0.1:6443` */
  readonly server: string;
  readonly token: JoinToken;
  readonly voter: boolean;
  /** For the board's Node when it is made. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** What a voter remembers while it leads, for watches to resume from. */
  readonly historyRevisions: number;
  readonly historyAgeMs: number;
  /** How often the board measures itself and says so; 0 for never. */
  readonly telemetryIntervalMs: number;
  /** As little traffic as will do, on a link that costs money. */
  readonly metered: boolean;
  /** Whether a voter shows the boards to Home Assistant. */
  readonly homeAssistant: boolean;
  /** What a voter is called in browsers, besides the names of its certificate. */
  readonly serverNames: readonly string[];
  /** Where a voter notes what is asked of it, and how much of it; nowhere by default. */
  readonly audit?: { readonly file: string; readonly level: AuditLevel };
}

/** What the board is to become, or is; what a fleet has decided counts more. */
export interface DoctorOptions extends Omit<NewBoardOptions, "address"> {
  readonly podCidr: string;
  /** Whether to mend what can be mended without a person. */
  readonly fix: boolean;
}

export interface FirstBootOptions {
  readonly dataDir: string;
  /** Where the boot partition is mounted, writable. */
  readonly bootDir: string;
}

export interface ResetOptions {
  readonly dataDir: string;
  /** The board stays what it is, and its volumes keep what they hold; only pods and networks go. */
  readonly keepsData?: boolean;
}

export interface UninstallOptions {
  readonly dataDir: string;
  /** The data directory too, with what volumes hold. */
  readonly purge: boolean;
}

/** What the fleet says of the board that asks. */
export interface OwnNode {
  readonly fleet: string;
  readonly node: string;
  readonly voter: boolean;
  /** Which voter said it, `10.99.0.1:6443`. */
  readonly server: string;
  readonly ready: boolean;
  /** Why, where the Node says so. */
  readonly reason: string;
}

export const defaultPodCidr = "10.42.0.0/16";
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export const auditLevels = ["Metadata", "Request"] as const;
export type AuditLevel = (typeof auditLevels)[number];

/** What a board has become. */
export interface NewBoard {
  readonly fleet: string;
  readonly node: string;
  readonly address: string;
  readonly voter: boolean;
}

export interface AdministratorFiles {
  readonly dataDir: string;
  /** Instead of the one in the data directory. */
  readonly kubeconfig?: string;
}

export interface FleetConnection {
  /** As whom the kubeconfig speaks for: the administrator, unless another one is given. */
  readonly api: ApiTransport;
  /** What an endpoint answers as it comes, which may go on for ever. Throws `ApiError`. */
  text(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The fleet's name. */
  readonly fleet: string;
  /** As administrator, asking this voter, `10.99.0.2:6443`. */
  at(server: string): ApiTransport;
  /** Meant where a command names none. */
  readonly namespace: string;
  /** 64 hex digits. */
  readonly caSha256: string;
  /** Where boards join, `10.99.0.1:6443`. */
  readonly server: string;
}

/** A program to run in a pod, joined to the terminal of this process. */
export interface ExecRequest {
  readonly namespace?: string;
  readonly pod: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** What a snapshot's file says of itself. */
export interface SnapshotSummary {
  readonly fleet: string;
  /** The voter that wrote it. */
  readonly voter: string;
  /** RFC 3339. */
  readonly time: string;
  /** Of bramble. */
  readonly version: string;
  readonly revision: number;
  readonly appliedIndex: number;
  readonly bytes: number;
  /** Of the state in it. */
  readonly sha256: string;
  /** How many there are of each resource, `apps/daemonsets`. */
  readonly objects: Readonly<Record<string, number>>;
}

export interface RestoreOptions extends NewBoardOptions {
  readonly path: string;
  /** Another name than the snapshot's, for a copy beside the fleet that it was taken of. */
  readonly fleet?: string;
}

export interface RestoredFleet extends NewBoard {
  readonly snapshotRevision: number;
  /** Where its own revisions go on. */
  readonly revision: number;
  /** The administrator's, newly made. */
  readonly kubeconfig: string;
}

/** Each throws `UsageError` for what a person can mend, and then has changed nothing. */
export interface CliActions {
  init(options: InitOptions): Promise<NewBoard>;
  join(options: JoinOptions): Promise<NewBoard>;
  /** Sets a board up that was started from a flashed card, and joins its fleet, however long that takes. */
  firstBoot(options: FirstBootOptions, progress: (line: string) => void): Promise<void>;
  /** Resolves when the board was told to stop and has. */
  run(options: RunOptions): Promise<void>;
  /** Looks at this board, whether it is part of a fleet or not. `progress` hears of each fix before it is tried. */
  examine(options: DoctorOptions, progress: (line: string) => void): Promise<DoctorReport>;
  /** Removes what Bramble made on this board, its data last; what is gone already is no failure. */
  reset(options: ResetOptions): Promise<void>;
  /** Takes the program itself off the machine, after what it made. `progress` hears of each step. */
  uninstall(options: UninstallOptions, progress: (line: string) => void): Promise<void>;
  /** Throws where no voter answers. */
  ownNode(dataDir: string): Promise<OwnNode>;
  connect(files: AdministratorFiles): Promise<FleetConnection>;
  /** Writes the fleet's state to a file that only its owner can read. `progress` hears of bytes written, and of all. */
  saveSnapshot(
    files: AdministratorFiles,
    path: string,
    progress: (bytes: number, of: number) => void,
  ): Promise<SnapshotSummary>;
  inspectSnapshot(path: string): Promise<SnapshotSummary>;
  /** Founds a fleet anew from a file, with this board as its only voter. */
  restoreSnapshot(options: RestoreOptions, progress: (line: string) => void): Promise<RestoredFleet>;
  /** Resolves with the program's exit code. Throws `ApiError` where it could not be started. */
  exec(files: AdministratorFiles, request: ExecRequest): Promise<number>;
  kubeconfig(files: AdministratorFiles): Promise<{ readonly path: string; readonly text: string }>;
}

/** The terminal, the time and the chance of the process. */
export interface CliSurroundings {
  readonly version: string;
  /** Whether to say where in the code a failure arose. */
  readonly debug: boolean;
  /** Cryptographic: tokens are drawn from it. */
  readonly random: Random;
  nowMs(): number;
  pause(delayMs: number): Promise<void>;
  /** Aborted when the user has had enough. */
  readonly signal: AbortSignal;
  /** `text` ends with a newline. */
  out(text: string): void;
  err(text: string): void;
}
