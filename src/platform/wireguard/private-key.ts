import { chmod, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { RunCommand } from "../host/run-command.ts";

/**
 * The board's WireGuard key in `path` (mode 0600), made on first use; it never leaves the board. Returns the public key.
 * A file that power loss left empty or torn is replaced: peers learn the new key from the board's Node.
 */
export async function ensurePrivateKey(path: string, run: RunCommand): Promise<string> {
  const kept = await readFile(path, "utf8").catch(() => "");
  if (isKey(kept)) {
    await chmod(path, 0o600);
    return (await run(["wg", "pubkey"], kept)).trim();
  }
  const made = await run(["wg", "genkey"]);
  await writeDurably(path, made);
  return (await run(["wg", "pubkey"], made)).trim();
}

function isKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=\n?$/.test(text);
}

/** Whole or not at all after a power cut: the name changes hands only once the bytes are on the disk. */
async function writeDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const directory = await open(dirname(path));
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
