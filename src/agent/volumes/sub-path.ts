/** Finds what a mount's `subPath` names, and refuses whatever lies outside the volume. */
import { lstat, mkdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { configError } from "../pod/step-error.ts";

/**
 * The real path of `subPath` within `volume`; directories that are missing are made. Symbolic links are followed as
 * long as they stay inside. Throws `StepError` (`CreateContainerConfigError`) otherwise. What a running container
 * changes between this check and the mount cannot be seen from here: the engine has no mount by descriptor.
 */
export async function resolveSubPath(volume: string, subPath: string): Promise<string> {
  const refusal = () => configError(`subPath ${JSON.stringify(subPath)} leads out of its volume`);
  const parts = subPath.split("/").filter((part) => part !== "" && part !== ".");
  if (subPath.startsWith("/") || parts.includes("..")) throw refusal();
  const root = await realpath(volume);
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    if ((await lstat(path).catch(() => undefined)) === undefined) await mkdir(path, { mode: 0o755 });
    path = await realpath(path).catch(() => {
      throw refusal();
    });
    if (path !== root && !path.startsWith(root + sep)) throw refusal();
  }
  return path;
}
