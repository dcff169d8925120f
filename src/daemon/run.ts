/** Runs this board until it is told to stop, or until it must not go on. */
import type { RunOptions } from "../cli/cli-actions.ts";
import { UsageError } from "../lib/errors.ts";
import { FleetClock } from "../lib/fleet-clock.ts";
import { directoryRoot } from "../platform/host/doctor/directory-root.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { followWork } from "../platform/host/heap-posture.ts";
import { pinoLogger } from "../platform/host/pino-logger.ts";
import { gatherRequirementFacts } from "../platform/host/requirement-facts.ts";
import { runCommand } from "../platform/host/run-command.ts";
import { serviceManager } from "../platform/host/service-manager.ts";
import { systemClock, systemRandom } from "../platform/host/system-clock.ts";
import type { Board } from "./board.ts";
import { BoardCredentials } from "./board-credentials.ts";
import { keepCertificates } from "./keep-certificates.ts";
import { clockFloor, keepTime } from "./keep-time.ts";
import { wantsOf } from "./preflight.ts";
import { bramble } from "./release.ts";
import { startBoard } from "./start-board.ts";
import { VoterSeat } from "./voter-seat.ts";

/** A clean stop that takes longer than this has hung, and the supervisor is better off with a dead process. */
const stopMsMax = 20_000;

/** Resolves after SIGTERM or SIGINT, when everything has stopped; pods run on. Throws `UsageError`. */
export async function runBoard({ dataDir, logLevel, audit, ...options }: RunOptions): Promise<void> {
  const directory = new FleetDirectory(dataDir);
  const identity = await directory.readIdentity();
  const wants = wantsOf(await gatherRequirementFacts());
  if (wants.length > 0) throw new UsageError(wants.join("; "));

  const log = pinoLogger(logLevel).with({ node: identity.node });
  const credentials = new BoardCredentials(await directory.readPki());
  const time = new FleetClock(systemClock, await clockFloor(credentials.current.certificatePem, directory));
  const surroundings = { clock: time, random: systemRandom, log };
  const board: Board = {
    identity,
    credentials,
    directory,
    surroundings,
    time,
    history: options,
    telemetry: options,
    ...(audit !== undefined && { audit }),
  };
  const fail = (error: unknown): never => {
    // What failed can no longer be trusted to keep its promises: the supervisor starts a new process from the disk.
    log.error("this process cannot go on", { err: error });
    process.exit(1);
  };
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);

  const told = toldToStop();
  const heap = followWork(systemClock);
  const manager = serviceManager({ env: process.env, run: runCommand, clock: systemClock, log });
  log.info("starting", { version: bramble.version, fleet: identity.fleet, voter: identity.voterId });
  const seat = await VoterSeat.open(board, fail);
  const stopping = new AbortController();
  const running = await startBoard(board, (brokers) => seat.invite(brokers), stopping.signal);
  const keeping = Promise.all([
    keepCertificates({ board, seat, voters: running.voters }, stopping.signal),
    keepTime({ clock: time, root: directoryRoot("/"), directory, log, ask: () => seat.askTime() }, stopping.signal),
  ]);
  await manager.ready();
  log.info("stopping", { signal: await told });
  await manager.stopping();
  const overdue = setTimeout(() => fail(new Error(`still not stopped after ${stopMsMax} ms`)), stopMsMax);
  stopping.abort(new Error("the board is stopping"));
  await running.stopped;
  await keeping;
  await seat.stop();
  clearTimeout(overdue);
  heap.stop();
  log.info("stopped");
}

function toldToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}
