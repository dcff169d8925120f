/**
 * Tells systemd that this board is up, that it still turns, and that it stops. Node has no datagram sockets of Unix, so
 * systemd's own small program says it: docs/decisions/0010-one-service.md. Without systemd nothing is said.
 */
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { RunCommand } from "./run-command.ts";

export interface ServiceManager {
  /** From now on the watchdog is told too, a third of its patience apart. */
  ready(): Promise<void>;
  /** The watchdog goes on until the process ends: a stop that hangs is to be noticed as well. */
  stopping(): Promise<void>;
}

export interface ServiceManagerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunCommand;
  readonly clock: Clock;
  readonly log: Logger;
}

export function serviceManager({ env, run, clock, log }: ServiceManagerOptions): ServiceManager {
  if ((env["NOTIFY_SOCKET"] ?? "") === "") return { ready: async () => {}, stopping: async () => {} };

  const tell = async (what: string): Promise<void> => {
    try {
      await run(["systemd-notify", what]);
    } catch (error) {
      log.warn("the service manager was not told", { what, cause: messageOf(error) });
    }
  };
  const patienceMs = Number(env["WATCHDOG_USEC"] ?? 0) / 1_000;
  // By the clock that all other work hangs on: a process that no longer turns does not say that it does.
  const keepTelling = (): void => {
    clock.after(patienceMs / 3, () => {
      void tell("WATCHDOG=1");
      keepTelling();
    });
  };

  return {
    async ready() {
      await tell("--ready");
      if (patienceMs > 0) keepTelling();
    },
    stopping: () => tell("STOPPING=1"),
  };
}
