import type { RunOptions } from "../cli/cli-actions.ts";
import type { Surroundings } from "../client/controller.ts";
import type { BoardIdentity, BoardPki, FleetDirectory } from "../platform/host/fleet-directory.ts";
import type { ReplicationTuning } from "../replication/tuning.ts";

/** What every part of a board's process is given. */
export interface Board {
  readonly identity: BoardIdentity;
  readonly pki: BoardPki;
  readonly directory: FleetDirectory;
  readonly surroundings: Surroundings;
  /** What a voter remembers while it leads; see `ReplicationTuning`. */
  readonly history: Pick<ReplicationTuning, "historyRevisions" | "historyAgeMs">;
  readonly telemetry: Pick<RunOptions, "telemetryIntervalMs" | "metered" | "homeAssistant" | "serverNames">;
  /** Where a voter notes what is asked of it; nowhere unless told to. */
  readonly audit?: NonNullable<RunOptions["audit"]>;
}
