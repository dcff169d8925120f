/** Snapshots as files: fetched from a voter, checked to the last bit before they count as there. */
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { ApiTransport } from "../api/exchange.ts";
import { encryptionKeysPath, snapshotPath } from "../api/operations-exchange.ts";
import { parseKeyring } from "../apiserver/encryption/keyring.ts";
import { decodeSnapshotFile, type SnapshotFile } from "../apiserver/operations/snapshot-file.ts";
import type { AdministratorFiles, SnapshotSummary } from "../cli/cli-actions.ts";
import { successBody } from "../client/reply.ts";
import { messageOf, TerminalError, UsageError } from "../lib/errors.ts";
import { syncDirectory, writeDurably } from "../platform/host/fleet-directory.ts";
import { decodeSnapshot } from "../store/snapshot-codec.ts";
import { administratorTransport } from "./administrator.ts";

const progressBytes = 16 * 1024 * 1024;

/** Throws `UsageError`, leaving no file, where there is one of this name or the snapshot does not arrive whole. */
export async function saveSnapshot(
  files: AdministratorFiles,
  path: string,
  progress: (bytes: number, of: number) => void,
): Promise<SnapshotSummary> {
  if (await isThere(path)) throw new UsageError(`${path} is there already: give another name`);
  const { transport } = await administratorTransport(files);
  const aside = `${path}.part`;
  try {
    const { byteCount, chunks } = await transport.download(snapshotPath);
    await writeSecretly(aside, chunks, (bytes) => progress(bytes, byteCount));
    const summary = summaryOf(await readSnapshot(aside));
    // First the keys: a snapshot without them is of no use.
    await saveKeys(transport, keysPath(path));
    await rename(aside, path);
    await syncDirectory(dirname(path));
    return summary;
  } catch (error) {
    await rm(aside, { force: true });
    if (error instanceof Error && "code" in error) {
      throw new UsageError(`${path} cannot be written (${messageOf(error)})`, { cause: error });
    }
    throw error;
  } finally {
    transport.close();
  }
}

/** Where the keys of a snapshot's secrets lie: beside it, in a file that can be kept elsewhere. */
function keysPath(path: string): string {
  return `${path}.keys`;
}

const keysSchema = z.object({ keys: z.string().optional() });

async function saveKeys(transport: ApiTransport, path: string): Promise<void> {
  const reply = await transport.request({ method: "GET", path: encryptionKeysPath });
  const { keys } = keysSchema.parse(successBody(reply));
  if (keys !== undefined) await writeDurably(path, keys);
}

/** Undefined for a snapshot of a fleet that had none. Throws `UsageError` where the file is there and is none. */
export async function readKeys(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(keysPath(path), "utf8");
    parseKeyring(text);
    return text;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new UsageError(`${keysPath(path)} cannot be used (${messageOf(cause)}): copy it anew`, { cause });
  }
}

export async function inspectSnapshot(path: string): Promise<SnapshotSummary> {
  return summaryOf(await readSnapshot(path));
}

/** Throws `UsageError` where the file cannot be read, or is not as it was written. */
export async function readSnapshot(path: string): Promise<SnapshotFile> {
  try {
    return decodeSnapshotFile(await readFile(path));
  } catch (cause) {
    const advice = cause instanceof TerminalError ? "use another snapshot" : "see that it is there and readable";
    throw new UsageError(`${path} cannot be used (${messageOf(cause)}): ${advice}`, { cause });
  }
}

function summaryOf({ header, state }: SnapshotFile): SnapshotSummary {
  const { fleet, voter, time, version, revision, appliedIndex, stateSha256 } = header;
  const bytes = state.byteLength;
  return {
    fleet,
    voter,
    time,
    version,
    revision,
    appliedIndex,
    bytes,
    sha256: stateSha256,
    objects: countObjects(state),
  };
}

/** By resource, `apps/daemonsets`; the fleet's own keys are not objects. */
function countObjects(state: Uint8Array): Record<string, number> {
  const there = new Map<string, boolean>();
  for (const { key, type } of decodeSnapshot(state).versions) there.set(key, type === "put");
  const counts: Record<string, number> = {};
  for (const [key, exists] of there) {
    const [, group, plural] = /^\/registry\/([^/]+)\/([^/]+)\//.exec(key) ?? [];
    if (!exists || group === undefined || plural === undefined) continue;
    const resource = `${group}/${plural}`;
    counts[resource] = (counts[resource] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort());
}

/** Secrets are in it, and the CA's key. */
async function writeSecretly(path: string, chunks: AsyncIterable<Uint8Array>, progress: (bytes: number) => void) {
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  try {
    let bytes = 0;
    let told = 0;
    for await (const chunk of chunks) {
      await file.write(chunk);
      bytes += chunk.byteLength;
      if (bytes - told < progressBytes) continue;
      progress(bytes);
      told = bytes;
    }
    progress(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
