/** The board that this process runs on, as its first boot needs it. */
import { setTimeout as pause } from "node:timers/promises";
import { defaultPorts } from "../../cli/shared-options.ts";
import { runCommand } from "../../platform/host/run-command.ts";
import { systemRandom } from "../../platform/host/system-clock.ts";
import { joinFleet } from "../join.ts";
import type { FirstBootBoard } from "./first-boot.ts";

export const thisBoard: FirstBootBoard = {
  systemRoot: "/",
  run: runCommand,
  join: (options) => joinFleet(options),
  random: systemRandom,
  pause: (delayMs) => pause(delayMs),
  ports: defaultPorts,
};
