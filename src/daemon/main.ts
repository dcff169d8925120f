/** The `bramble` program: joins the rooms to the command line. */
import { setTimeout as pause } from "node:timers/promises";
import type { CliActions, CliSurroundings } from "../cli/cli-actions.ts";
import { runCli } from "../cli/run-cli.ts";
import { secureRandom } from "../platform/host/secure-random.ts";
import { bramble } from "./release.ts";

// Late, one command at a time: what `run` needs is large, and `token create` should not wait for it.
const actions: CliActions = {
  init: async (options) => (await import("./init.ts")).initFleet(options),
  join: async (options) => (await import("./join.ts")).joinFleet(options),
  firstBoot: async (options, progress) =>
    (await import("./first-boot/first-boot.ts")).firstBoot(
      options,
      (await import("./first-boot/this-board.ts")).thisBoard,
      progress,
    ),
  run: async (options) => (await import("./run.ts")).runBoard(options),
  examine: async (options, progress) => (await import("./doctor.ts")).examineBoard(options, progress),
  reset: async (options) => (await import("./reset.ts")).resetBoard(options),
  uninstall: async (options, progress) => (await import("./uninstall.ts")).uninstallBramble(options, progress),
  ownNode: async (dataDir) => (await import("./own-node.ts")).readOwnNode(dataDir),
  saveSnapshot: async (files, path, progress) =>
    (await import("./snapshot-files.ts")).saveSnapshot(files, path, progress),
  inspectSnapshot: async (path) => (await import("./snapshot-files.ts")).inspectSnapshot(path),
  restoreSnapshot: async (options, progress) => (await import("./restore.ts")).restoreFleet(options, progress),
  connect: async (files) => (await import("./administrator.ts")).connectAsAdministrator(files),
  exec: async (files, request) => (await import("./administrator.ts")).executeAsAdministrator(files, request),
  kubeconfig: async (files) => (await import("./administrator.ts")).administratorKubeconfig(files),
};

const stopping = new AbortController();

const surroundings: CliSurroundings = {
  signal: stopping.signal,
  version: bramble.version,
  debug: process.env["BRAMBLE_DEBUG"] === "1",
  random: secureRandom,
  nowMs: () => Date.now(),
  pause: (delayMs) => pause(delayMs),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

void runCli(process.argv.slice(2), actions, surroundings).then((exitCode) => {
  // Connections that are kept alive for the next request must not keep a finished command alive.
  process.exit(exitCode);
});
