import { access, constants, mkdir, readdir, readFile, readlink, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HostRoot } from "../../../doctor/ports.ts";
import { writeDurably } from "../fleet-directory.ts";
import { type RunCommand, runCommand } from "../run-command.ts";

/** The board whose root directory is `root`: this machine's own is `/`. Programs are run on this machine. */
export function directoryRoot(root: string, run: RunCommand = runCommand): HostRoot {
  const at = (path: string) => join(root, path);
  const may = (path: string, mode: number) =>
    access(at(path), mode).then(
      () => true,
      () => false,
    );
  const quietly = <T>(promise: Promise<T>): Promise<T | undefined> => promise.catch(() => undefined);
  return {
    text: (path) => quietly(readFile(at(path), "utf8")),
    names: async (path) => (await quietly(readdir(at(path)))) ?? [],
    link: (path) => quietly(readlink(at(path))),
    exists: (path) => may(path, constants.F_OK),
    isExecutable: (path) => may(path, constants.X_OK),
    socket: at,
    async space(path) {
      for (let place = path; ; place = dirname(place)) {
        const found = await quietly(statfs(at(place)));
        if (found !== undefined)
          return { sizeBytes: found.blocks * found.bsize, freeBytes: found.bavail * found.bsize };
        if (place === dirname(place)) return undefined;
      }
    },
    async write(path, text) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeDurably(at(path), text, 0o644);
    },
    run: (command) => run(command),
  };
}
