/** Founds a fleet anew from a snapshot: the same CA and objects, this board as its only voter, a new administrator. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseKeyring } from "../apiserver/encryption/keyring.ts";
import { decryptValue, keyIdOf } from "../apiserver/encryption/value-cipher.ts";
import { boardRecordKey, recordOf } from "../apiserver/joining/board-record.ts";
import type { SnapshotHeader } from "../apiserver/operations/snapshot-file.ts";
import type { RestoredFleet, RestoreOptions } from "../cli/cli-actions.ts";
import { UsageError } from "../lib/errors.ts";
import { FileDisk } from "../platform/disk/file-disk.ts";
import { FleetDirectory, type FleetFiles } from "../platform/host/fleet-directory.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";
import { LevelStateBackend } from "../platform/level/level-state-backend.ts";
import { foundFromSnapshot } from "../replication/found-from-snapshot.ts";
import type { VoterId } from "../replication/ports.ts";
import type { StoreReader } from "../store/types.ts";
import { fleetKeyKey } from "./fleet-key.ts";
import { foundingFiles } from "./founding-files.ts";
import { describeBoard, type Machine, newVoterId, thisMachine } from "./new-board.ts";
import { quarantine } from "./quarantine.ts";
import { readKeys, readSnapshot } from "./snapshot-files.ts";

const answerMsMax = 3_000;

interface NewVoter {
  readonly fleet: string;
  readonly node: string;
  readonly address: string;
  readonly voterId: VoterId;
}

/** Throws `UsageError`, having founded nothing, for a damaged file, and where a fleet would travel back in time. */
export async function restoreFleet(
  options: RestoreOptions,
  progress: (line: string) => void,
  machine: Machine = thisMachine,
): Promise<RestoredFleet> {
  const { dataDir, path, ports } = options;
  const directory = new FleetDirectory(dataDir);
  await directory.requireEmpty();
  const { header, state } = await readSnapshot(path);
  const encryptionKeys = await readKeys(path);
  progress(`${path} is whole: the fleet ${header.fleet} at revision ${header.revision}, of ${header.time}`);
  const { node, address } = describeBoard(options, machine);
  const voter: NewVoter = { fleet: options.fleet ?? header.fleet, node, address, voterId: newVoterId(node) };
  if (voter.fleet === header.fleet) await requireNobodyThere(header);

  // What an attempt that was interrupted, or a fleet that was given up, has left.
  await quarantine(dataDir, Date.now());
  let files: FleetFiles | undefined;
  try {
    const revision = await foundFromSnapshot({
      disk: await FileDisk.open(join(dataDir, "raft")),
      stateBackend: await LevelStateBackend.open(join(dataDir, "state")),
      snapshot: state,
      term: header.term,
      member: { id: voter.voterId, node, address: `${address}:${ports.mqtt}` },
      async change(reader) {
        files = await certify(reader, header, voter, options, encryptionKeys);
        const record = JSON.stringify(recordOf(files.pki.certificatePem));
        return [{ type: "put", key: boardRecordKey(node), value: record }];
      },
    });
    progress(`${header.stateBytes} bytes of state are written; revisions go on above ${revision}`);
    if (files !== undefined) await directory.write({ ...files, encryptionKeys });
    const kubeconfig = directory.adminKubeconfigPath;
    return { fleet: voter.fleet, node, address, voter: true, snapshotRevision: header.revision, revision, kubeconfig };
  } catch (error) {
    for (const part of ["raft", "state"]) await rm(join(dataDir, part), { recursive: true, force: true });
    throw error;
  }
}

/** Certified by the CA whose key is in the state. */
async function certify(
  reader: StoreReader,
  { caPem, podCidr }: SnapshotHeader,
  voter: NewVoter,
  { ports, path }: RestoreOptions,
  encryptionKeys: string | undefined,
): Promise<FleetFiles> {
  const caKey = await reader.get(fleetKeyKey);
  if (caKey === undefined)
    throw new UsageError("the snapshot is of a fleet that had not begun: found one with `bramble init`");
  const keys = new Map((encryptionKeys === undefined ? [] : parseKeyring(encryptionKeys)).map((key) => [key.id, key]));
  const id = keyIdOf(caKey.value);
  if (id !== undefined && !keys.has(id)) {
    throw new UsageError(
      `the snapshot's secrets are encrypted with the key ${id}: put ${path}.keys, which was saved with it, beside it`,
    );
  }
  const caKeyPem = decryptValue(fleetKeyKey, caKey.value, { find: (one) => keys.get(one) });
  return foundingFiles({ ...voter, ports, podCidr, bootstrap: false }, { caPem, caKeyPem });
}

/** A fleet whose voters live has a future that the snapshot does not know. */
async function requireNobodyThere({ fleet, caPem, apiServers }: SnapshotHeader): Promise<void> {
  const answers = await Promise.all(apiServers.map((server) => isVoterAt(server, caPem)));
  const living = apiServers.filter((_, place) => answers[place]);
  if (living.length === 0) return;
  throw new UsageError(
    `voters of the fleet ${fleet} answer (${living.join(", ")}): the snapshot would take it back in time; ` +
      "take them out with `bramble reset` first, or make a copy under another name with --fleet",
  );
}

async function isVoterAt(server: string, caPem: string): Promise<boolean> {
  const transport = new HttpsTransport({ server, caPem });
  try {
    await transport.request({ method: "GET", path: "/healthz" }, AbortSignal.timeout(answerMsMax));
    return true;
  } catch {
    return false;
  } finally {
    transport.close();
  }
}
