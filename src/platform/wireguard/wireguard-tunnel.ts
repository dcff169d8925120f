/** The board's WireGuard interface: the kernel's where it has one, else `wireguard-go`'s, which outlives this process. */
import type { Clock } from "../../lib/clock.ts";
import { delay } from "../../lib/clock.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import { mtuBytes, type Tunnel, tunnelName } from "../../network/ports.ts";
import { CommandError, type RunCommand } from "../host/run-command.ts";
import { parseDump, parseTraffic } from "./parse-dump.ts";
import { ensurePrivateKey } from "./private-key.ts";

export interface WireguardTunnelOptions {
  readonly run: RunCommand;
  readonly keyPath: string;
  /** UDP. */
  readonly listenPort: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const appearsWithinMs = 5_000;
const pollMs = 20;

export function createWireguardTunnel({ run, keyPath, listenPort, clock, log }: WireguardTunnelOptions): Tunnel {
  const dump = async (): Promise<string | undefined> => {
    try {
      return await run(["wg", "show", tunnelName, "dump"]);
    } catch (error) {
      if (error instanceof CommandError) return undefined;
      throw error;
    }
  };

  const waitUntil = async (holds: () => Promise<boolean>, failure: string): Promise<void> => {
    const deadline = clock.monotonicMs() + appearsWithinMs;
    while (!(await holds())) {
      if (clock.monotonicMs() > deadline) throw new Error(failure);
      await delay(clock, pollMs);
    }
  };

  const make = async (): Promise<void> => {
    try {
      await run(["ip", "link", "add", tunnelName, "type", "wireguard"]);
      return;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (error.stderr.includes("File exists")) {
        // A link of that name that does not answer as WireGuard: left by a wireguard-go that died.
        await run(["ip", "link", "del", tunnelName]);
        return make();
      }
      if (error.stderr.includes("not permitted")) throw new UsageError("WireGuard needs root: run bramble as root");
      log.info("the kernel has no WireGuard, using wireguard-go", { cause: error.stderr.trim() });
    }
    // It puts itself into the background; a session of its own keeps it from our terminal's and our service's signals.
    await run(["setsid", "wireguard-go", tunnelName]).catch((error: unknown) => {
      const unknown = error instanceof CommandError && error.stderr.includes("No such file or directory");
      throw unknown
        ? new UsageError("This kernel has no WireGuard; install the userspace one with: apt-get install wireguard-go")
        : error;
    });
    await waitUntil(async () => (await dump()) !== undefined, "wireguard-go did not come up");
  };

  return {
    async open() {
      const publicKey = await ensurePrivateKey(keyPath, run);
      if ((await dump()) === undefined) await make();
      try {
        await run(["wg", "set", tunnelName, "private-key", keyPath, "listen-port", String(listenPort)]);
        await run(["ip", "link", "set", tunnelName, "mtu", String(mtuBytes), "up"]);
      } catch (error) {
        const inUse = error instanceof CommandError && error.stderr.includes("Address already in use");
        if (!inUse) throw error;
        throw new UsageError(`UDP port ${listenPort} is in use by another program; free it for WireGuard`);
      }
      return publicKey;
    },

    async peers() {
      const text = await dump();
      return text === undefined ? undefined : parseDump(text);
    },

    async traffic() {
      return parseTraffic((await dump()) ?? "");
    },

    async set(args) {
      await run(["wg", "set", tunnelName, ...args]);
    },

    async close() {
      try {
        await run(["ip", "link", "del", tunnelName]);
      } catch (error) {
        if (!(error instanceof CommandError && error.stderr.includes("Cannot find device"))) throw error;
      }
      // wireguard-go ends when its interface is gone, and takes its control socket along.
      await waitUntil(async () => (await dump()) === undefined, `${tunnelName} did not go away`);
    },
  };
}
