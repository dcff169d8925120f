import { describe, expect, it } from "vitest";
import { silentLogger } from "../../lib/logger.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { serviceManager } from "./service-manager.ts";

function underSystemd(env: Readonly<Record<string, string>>, fails = false) {
  const clock = new VirtualClock();
  const said: string[] = [];
  const run = async ([program, ...words]: readonly [string, ...string[]]) => {
    said.push([program, ...words].join(" "));
    if (fails) throw new Error("there is no such program");
    return "";
  };
  return { clock, said, manager: serviceManager({ env, run, clock, log: silentLogger }) };
}

describe("the service manager", () => {
  it("hears nothing where there is none", async () => {
    const { manager, said } = underSystemd({ WATCHDOG_USEC: "3000000" });
    await manager.ready();
    await manager.stopping();
    expect(said).toEqual([]);
  });

  it("hears that the board is up, then three times in the watchdog's patience that it turns", async () => {
    const { manager, said, clock } = underSystemd({ NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "180000000" });
    await manager.ready();
    expect(said).toEqual(["systemd-notify --ready"]);
    clock.advance(180_000);
    expect(said.slice(1)).toEqual(Array(3).fill("systemd-notify WATCHDOG=1"));
    await manager.stopping();
    expect(said.at(-1)).toBe("systemd-notify STOPPING=1");
  });

  it("is not bothered without a watchdog, and stops nothing where it cannot be told", async () => {
    const { manager, said, clock } = underSystemd({ NOTIFY_SOCKET: "/run/systemd/notify" }, true);
    await manager.ready();
    clock.advance(3_600_000);
    expect(said).toEqual(["systemd-notify --ready"]);
  });
});
