/** Who runs on the board, and what they hold open. */
import type { HostRoot } from "../../../doctor/ports.ts";

export interface Process {
  readonly id: number;
  /** As the kernel names it, at most 15 characters. */
  readonly program: string;
  /** What its descriptors lead to: paths, and `socket:[4711]`. */
  readonly open: readonly string[];
}

/** Without root, what others hold open stays unknown. */
export async function readProcesses(root: HostRoot): Promise<readonly Process[]> {
  const ids = (await root.names("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(ids.map((id) => readProcess(root, id)));
  return found.filter((process) => process !== undefined);
}

async function readProcess(root: HostRoot, id: string): Promise<Process | undefined> {
  const program = await root.text(`/proc/${id}/comm`);
  // It has ended meanwhile.
  if (program === undefined) return undefined;
  const descriptors = await root.names(`/proc/${id}/fd`);
  const open = await Promise.all(descriptors.map((name) => root.link(`/proc/${id}/fd/${name}`)));
  return { id: Number(id), program: program.trim(), open: open.filter((path) => path !== undefined) };
}
