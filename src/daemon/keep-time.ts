/** Finds out whether this board's clock can be gone by, and keeps the latest certain time for the next start. */
import { X509Certificate } from "node:crypto";
import type { HostRoot } from "../doctor/ports.ts";
import { delay } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { FleetClock } from "../lib/fleet-clock.ts";
import type { Logger } from "../lib/logger.ts";
import { isClockKept } from "../platform/host/doctor/clock-keeper.ts";
import type { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { boardDays, clockFloorMs } from "../platform/pki/validity.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** A time server may be reached at any moment. */
const lookEveryMs = 5 * 60_000;
/** Where nobody knows the time, nobody need be asked all the time. */
const looksPerQuestion = 12;
/** Flash is written once a day at most, and not at all by a board that is restarted again and again. */
const writeEveryMs = dayMs;

/** What is certain at a start: this code exists, the fleet has signed the board's certificate, and what was written. */
export async function clockFloor(certificatePem: string, directory: FleetDirectory): Promise<number> {
  const signedMs = Date.parse(new X509Certificate(certificatePem).validTo) - boardDays * dayMs;
  return Math.max(clockFloorMs, signedMs, (await directory.readClockFloor()) ?? 0);
}

export interface TimeParts {
  readonly clock: FleetClock;
  readonly root: HostRoot;
  readonly directory: Pick<FleetDirectory, "readClockFloor" | "writeClockFloor">;
  readonly log: Logger;
  /** Another voter's time; undefined where none knows it. Never rejects. */
  readonly ask: () => Promise<number | undefined>;
}

/** Resolves when the signal aborts; never rejects. */
export async function keepTime({ clock, root, directory, log, ask }: TimeParts, signal: AbortSignal): Promise<void> {
  let written = await directory.readClockFloor().catch(() => undefined);
  for (let looks = 0; !signal.aborted; looks += 1) {
    try {
      if (clock.sayableMs === undefined && (await isClockKept(root))) clock.vouch();
      const toldMs = clock.certainMs === undefined && looks % looksPerQuestion === 0 ? await ask() : undefined;
      if (toldMs !== undefined) clock.learn(toldMs);
      const certainMs = clock.certainMs;
      if (certainMs !== undefined && certainMs - (written ?? 0) >= writeEveryMs) {
        await directory.writeClockFloor(certainMs);
        written = certainMs;
      }
    } catch (error) {
      log.warn("the time could not be kept for the next start", { reason: messageOf(error) });
    }
    await delay(clock, lookEveryMs, signal).catch(() => {});
  }
}
