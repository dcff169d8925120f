/** Processes of a network namespace, found in /proc: nothing needs to be remembered that an interruption could lose. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { namespacePath } from "./lab-names.ts";
import { waitUntil } from "./wait-until.ts";

export interface NamespaceProcess {
  readonly pid: number;
  /** Its number in each process namespace it is in, the machine's first. */
  readonly pids: readonly number[];
  readonly command: readonly string[];
}

export function processesIn(namespaces: readonly string[]): NamespaceProcess[] {
  const inodes = new Set(namespaces.map(inodeOf).filter((inode) => inode !== undefined));
  if (inodes.size === 0) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => describe(Number(name), inodes));
}

/** The board's first process: 1 in a process namespace directly below the machine's. Undefined without power. */
export function initOf(namespace: string): number | undefined {
  return processesIn([namespace]).find(({ pids }) => pids.length === 2 && pids[1] === 1)?.pid;
}

/** Ends every process of these namespaces at once, and waits until none is left. */
export async function endProcesses(namespaces: readonly string[]): Promise<void> {
  await waitUntil(`the processes of ${namespaces.join(", ")} are gone`, 30_000, async () => {
    const left = processesIn(namespaces);
    for (const { pid } of left) signal(pid, "SIGKILL");
    return left.length === 0;
  });
}

/** Sends a signal to a process that may be gone by now. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function describe(pid: number, inodes: ReadonlySet<string>): NamespaceProcess[] {
  try {
    if (!inodes.has(readlinkSync(`/proc/${pid}/ns/net`))) return [];
    const numbers = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return [{ pid, pids: numbers.split(/\s+/).map(Number), command }];
  } catch {
    // It ended while it was being looked at.
    return [];
  }
}

function inodeOf(namespace: string): string | undefined {
  const found = statSync(namespacePath(namespace), { throwIfNoEntry: false });
  return found === undefined ? undefined : `net:[${found.ino}]`;
}
