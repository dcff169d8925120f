/** Takes this board out of its fleet: its pods, its network and its data go, and nothing is left behind. */
import { join } from "node:path";
import { pauseImage } from "../agent/pause-image/pause-name.ts";
import { label } from "../agent/pod/observed-pod.ts";
import { RuntimeUnavailableError } from "../agent/ports.ts";
import type { ResetOptions } from "../cli/cli-actions.ts";
import { TerminalError, UsageError } from "../lib/errors.ts";
import { silentLogger } from "../lib/logger.ts";
import { dockerRuntime, dockerSocketPath, removeImage } from "../platform/docker/docker-runtime.ts";
import { boardMounts } from "../platform/host/board-mounts.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { removeNetwork } from "../platform/host/start-network.ts";
import { systemClock } from "../platform/host/system-clock.ts";
import { boardCipher } from "../platform/level/board-cipher.ts";
import { LevelSliceStore } from "../platform/level/level-slice-store.ts";
import { removeData } from "./remove-data.ts";

/** Throws `UsageError`, having changed nothing, where there is no fleet, where it runs, or where no engine answers. */
export async function resetBoard({ dataDir, keepsData = false }: ResetOptions): Promise<void> {
  const directory = new FleetDirectory(dataDir);
  const { ports } = await directory.readIdentity();
  await requireStopped(directory);
  await removePods();
  await removeNetwork({ dataDir, listenPort: ports.wireguard, clock: systemClock, log: silentLogger });
  await removeData({ dataDir, keepsData }, boardMounts);
}

/** A running board holds its slice. */
async function requireStopped(directory: FleetDirectory): Promise<void> {
  const { path: dataDir } = directory;
  try {
    const slice = await LevelSliceStore.open(
      join(dataDir, "slice"),
      boardCipher((await directory.readPki()).keyPem),
      silentLogger,
    );
    await slice.close();
  } catch (cause) {
    if (!(cause instanceof TerminalError)) throw cause;
    throw new UsageError(`bramble is running in ${dataDir}: stop it first`, { cause });
  }
}

async function removePods(): Promise<void> {
  const socketPath = dockerSocketPath(process.env);
  const runtime = dockerRuntime(socketPath);
  try {
    for (const { id } of await runtime.list(label.uid)) await runtime.remove(id);
    await removeImage(socketPath, pauseImage);
  } catch (cause) {
    if (!(cause instanceof RuntimeUnavailableError)) throw cause;
    throw new UsageError(`${cause.message}: start it, so that the board's pods can be removed`, { cause });
  }
}
