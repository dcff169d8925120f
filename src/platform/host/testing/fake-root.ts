/** A board's root directory as a test writes it down: files, links, and an engine behind a real socket. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { HostRoot } from "../../../doctor/ports.ts";
import { directoryRoot } from "../doctor/directory-root.ts";
import type { RunCommand } from "../run-command.ts";

export interface FakeRoot {
  readonly path: string;
  readonly root: HostRoot;
  /** Commands that were run on it. */
  readonly commands: string[];
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  end(): Promise<void>;
}

const gibibyte = 1_024 ** 3;

/** `links` are symbolic links, by where they are. Programs answer what `answers` says, by their whole command. */
export async function fakeRoot(
  files: Readonly<Record<string, string>>,
  {
    links = {},
    answers = {},
  }: { links?: Readonly<Record<string, string>>; answers?: Readonly<Record<string, string>> } = {},
): Promise<FakeRoot> {
  const path = await mkdtemp(join(tmpdir(), "bramble-root-"));
  const commands: string[] = [];
  const run: RunCommand = async (command) => {
    const line = command.join(" ");
    commands.push(line);
    const answer = answers[line];
    if (answer === undefined) throw new Error(`${command[0]} is missing`);
    return answer;
  };
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text, { mode: /\/s?bin\//.test(file) ? 0o755 : 0o644 });
  };
  for (const [file, text] of Object.entries(files)) await write(file, text);
  for (const [place, target] of Object.entries(links)) {
    await mkdir(dirname(join(path, place)), { recursive: true });
    await symlink(target, join(path, place));
  }
  return {
    path,
    // The machine's own disk may be full; the board's is not.
    root: { ...directoryRoot(path, run), space: async () => ({ sizeBytes: 64 * gibibyte, freeBytes: 32 * gibibyte }) },
    commands,
    write,
    remove: (file) => rm(join(path, file), { recursive: true }),
    end: () => rm(path, { recursive: true, force: true }),
  };
}

/** Answers on the root's `/var/run/docker.sock` as an engine does. */
export async function fakeEngine({ path }: FakeRoot, info: Readonly<Record<string, unknown>>): Promise<Server> {
  const socketPath = join(path, "var/run/docker.sock");
  await mkdir(dirname(socketPath), { recursive: true });
  const server = createServer((request, response) => {
    response.end(request.url === "/_ping" ? "OK" : JSON.stringify(info));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return server;
}
