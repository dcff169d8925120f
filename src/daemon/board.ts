import type { RunOptions } from "../cli/cli-actions.ts";
import type { Surroundings } from "../client/controller.ts";
import type { FleetClock } from "../lib/fleet-clock.ts";
import type { BoardIdentity, FleetDirectory } from "../platform/host/fleet-directory.ts";
import type { ReplicationTuning } from "../replication/tuning.ts";
import type { BoardCredentials } from "./board-credentials.ts";

/** What every part of a board's process is given. */
export interface Board {
  readonly identity: BoardIdentity;
  readonly credentials: BoardCredentials;
  readonly directory: FleetDirectory;
  readonly surroundings: Surroundings;
  /** The clock of `surroundings`, with what is known about it. */
  readonly time: FleetClock;
  /** What a voter remembers while it leads; see `ReplicationTuning`. */
  readonly history: Pick<ReplicationTuning, "historyRevisions" | "historyAgeMs">;
  readonly telemetry: Pick<RunOptions, "telemetryIntervalMs" | "metered" | "homeAssistant" | "serverNames">;
  /** Where a voter notes what is asked of it; nowhere unless told to. */
  readonly audit?: NonNullable<RunOptions["audit"]>;
}
