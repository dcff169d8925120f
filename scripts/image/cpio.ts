/** The archive that the kernel unpacks as its first file system: `cpio`, format "newc". Pure. */
export type CpioEntry =
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "file"; readonly path: string; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

const fileTypes = { directory: 0o040000, file: 0o100000, link: 0o120000 } as const;
const trailer = "TRAILER!!!";

/** Everything belongs to root and is of 1970, so that equal entries make equal archives. */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array[] {
  const chunks = entries.flatMap((entry, index) => member(index + 1, entry.path, modeOf(entry), contentOf(entry)));
  return [...chunks, ...member(0, trailer, 0, new Uint8Array())];
}

function member(inode: number, path: string, mode: number, content: Uint8Array): Uint8Array[] {
  const name = new TextEncoder().encode(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, content.byteLength, 0, 0, 0, 0, name.byteLength, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return [
    new TextEncoder().encode(header),
    name,
    padding(header.length + name.byteLength),
    content,
    padding(content.byteLength),
  ];
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}

function modeOf(entry: CpioEntry): number {
  const permissions = entry.kind === "file" ? entry.mode : entry.kind === "link" ? 0o777 : 0o755;
  return fileTypes[entry.kind] | permissions;
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === "file") return entry.content;
  return entry.kind === "link" ? new TextEncoder().encode(entry.target) : new Uint8Array();
}
