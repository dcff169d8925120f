/** What the commands do to the machine and the fleet: handed in by the daemon, so that the words stay testable. */
import type { ApiTransport } from "../api/exchange.ts";
import type { JoinToken } from "../lib/join-token.ts";
import type { Random } from "../lib/random.ts";

export interface BoardPorts {
  /** HTTPS. */
  readonly api: number;
  /** The control broker, TLS. */
  readonly mqtt: number;
  /** UDP. */
  readonly wireguard: number;
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
}

export interface JoinOptions extends NewBoardOptions {
  /** `10.99.0.1:6443` */
  readonly server: string;
  readonly token: JoinToken;
  readonly voter: boolean;
}

export interface RunOptions {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
}

export interface ResetOptions {
  readonly dataDir: string;
}

export const defaultPodCidr = "10.42.0.0/16";
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

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
  /** As administrator. */
  readonly api: ApiTransport;
  /** 64 hex digits. */
  readonly caSha256: string;
  /** Where boards join, `10.99.0.1:6443`. */
  readonly server: string;
}

/** Each throws `UsageError` for what a person can mend, and then has changed nothing. */
export interface CliActions {
  init(options: InitOptions): Promise<NewBoard>;
  join(options: JoinOptions): Promise<NewBoard>;
  /** Resolves when the board was told to stop and has. */
  run(options: RunOptions): Promise<void>;
  /** Removes what Bramble made on this board, its data last; what is gone already is no failure. */
  reset(options: ResetOptions): Promise<void>;
  connect(files: AdministratorFiles): Promise<FleetConnection>;
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
  /** `text` ends with a newline. */
  out(text: string): void;
  err(text: string): void;
}
