/** What is mounted where, as the kernel says: `/proc/self/mountinfo`, see proc_pid_mountinfo(5). */

export interface MountPoint {
  readonly path: string;
  /** Mounting and unmounting within it happens within its peers, too: in other namespaces, and wherever it was bound from. */
  readonly isShared: boolean;
}

/** In the order in which they were mounted; of several at one path the last hides the others. */
export function parseMountTable(mountinfo: string): readonly MountPoint[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [, , , , path, , ...tags] = (line.split(" - ")[0] ?? "").split(" ");
    if (path === undefined) return [];
    return [{ path: readable(path), isShared: tags.some((tag) => tag.startsWith("shared:")) }];
  });
}

/** Those within `directory`, but not at it; the innermost first, so that each can be unmounted. */
export function mountsBelow(directory: string, table: readonly MountPoint[]): readonly MountPoint[] {
  return table.filter(({ path }) => isBelow(path, directory)).sort((a, b) => b.path.length - a.path.length);
}

export function isBelow(path: string, directory: string): boolean {
  return path !== directory && path.startsWith(directory.endsWith("/") ? directory : `${directory}/`);
}

/** The kernel writes blanks and backslashes in octal: `\040`. */
function readable(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
