import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { FleetClock } from "../lib/fleet-clock.ts";
import { silentLogger } from "../lib/logger.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { fakeRoot } from "../platform/host/testing/fake-root.ts";
import { createKeyAndCsr } from "../platform/pki/board-key.ts";
import { createFleetAuthority, openFleetAuthority } from "../platform/pki/fleet-authority.ts";
import { clockFloor, keepTime } from "./keep-time.ts";

const dayMs = 86_400_000;
const today = Date.UTC(2026, 10, 30);
const scratch = await mkdtemp(join(tmpdir(), "bramble-time-"));
afterAll(() => rm(scratch, { recursive: true }));

/** A board that boots at `shownMs`, with these files, where another voter says `told`. */
async function boot(shownMs: number, files: Readonly<Record<string, string>>, told?: number) {
  const directory = new FleetDirectory(await mkdtemp(join(scratch, "board-")));
  const machine = new VirtualClock(shownMs);
  const clock = new FleetClock(machine, Date.UTC(2026, 0, 1));
  const { root, end } = await fakeRoot(files);
  const written: number[] = [];
  const noting = {
    readClockFloor: () => directory.readClockFloor(),
    async writeClockFloor(timeMs: number) {
      await directory.writeClockFloor(timeMs);
      written.push(timeMs);
    },
  };
  const stopping = new AbortController();
  let questions = 0;
  const ask = async () => {
    questions += 1;
    return told;
  };
  const kept = keepTime({ clock, root, directory: noting, log: silentLogger, ask }, stopping.signal);
  return {
    clock,
    directory,
    written,
    questions: () => questions,
    /** Lets so much time pass, look by look. */
    async pass(durationMs: number) {
      const stepMs = 5 * 60_000;
      for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
        await vi.waitFor(() => expect(machine.pending).toBe(1), { interval: 1, timeout: 5_000 });
        machine.advance(stepMs);
      }
      await vi.waitFor(() => expect(machine.pending).toBe(1), { interval: 1, timeout: 5_000 });
    },
    async end() {
      stopping.abort();
      await kept;
      await end();
    },
  };
}

describe("a board's time", () => {
  it("is written down once a day where a time server keeps it", async () => {
    const board = await boot(today, { "/run/systemd/timesync/synchronized": "" });
    await board.pass(2 * dayMs + 3_600_000);
    expect(board.written).toEqual([today, today + dayMs, today + 2 * dayMs]);
    expect(await board.directory.readClockFloor()).toBe(today + 2 * dayMs);
    expect(board.questions()).toBe(0);
    await board.end();
  });

  it.each([
    ["with a battery", { "/sys/class/rtc/rtc0/since_epoch": `${today / 1_000}\n` }, 0],
    ["without one, as a Raspberry Pi 5 is sold", { "/sys/class/rtc/rtc0/since_epoch": "37\n" }, 1],
  ])("is kept by a clock of its own only %s", async (_, files, questions) => {
    const board = await boot(today, files);
    await board.pass(300_000);
    expect(board.questions()).toBe(questions);
    expect(board.written).toHaveLength(1 - questions);
    await board.end();
  });

  it("comes from another voter where nobody keeps it, and is asked for again while none knows it", async () => {
    const told = await boot(40_000, {}, today);
    await told.pass(600_000);
    expect(told.clock.nowMs()).toBe(today + 600_000);
    expect(told.written).toEqual([today]);
    expect(told.questions()).toBe(1);
    await told.end();

    const alone = await boot(40_000, {});
    await alone.pass(3_600_000 + 300_000);
    expect(alone.questions()).toBe(2);
    expect(alone.written).toEqual([]);
    await alone.end();
  });

  it("is at least that of its certificate, and of what it has written", async () => {
    const directory = new FleetDirectory(await mkdtemp(join(scratch, "board-")));
    const authority = openFleetAuthority(await createFleetAuthority("home"), () => today);
    const { csrPem } = await createKeyAndCsr("b1");
    const pem = await authority.signBoard({ csrPem, fleet: "home", node: "b1", address: "127.0.0.1" });
    expect(await clockFloor(pem, directory)).toBe(today);
    await directory.writeClockFloor(today + dayMs);
    expect(await clockFloor(pem, directory)).toBe(today + dayMs);
  });
});
