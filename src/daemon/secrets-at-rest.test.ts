/** A voter on real files: whoever has its disk, or a snapshot, but not its keys, reads no Secret. */
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createApiServer } from "../apiserver/api-server.ts";
import { ensureBootstrapObjects } from "../apiserver/bootstrap-objects.ts";
import { EncryptedStore } from "../apiserver/encryption/encrypted-store.ts";
import { Keyring, newEncryptionKey } from "../apiserver/encryption/keyring.ts";
import { silentLogger } from "../lib/logger.ts";
import { MetricRegistry } from "../lib/metrics.ts";
import { FileDisk } from "../platform/disk/file-disk.ts";
import { secureRandom } from "../platform/host/secure-random.ts";
import { systemClock } from "../platform/host/system-clock.ts";
import { LevelStateBackend } from "../platform/level/level-state-backend.ts";
import { openReplicatedStore } from "../replication/open-replicated-store.ts";
import type { VoterId } from "../replication/ports.ts";

const administrator = { user: "admin", groups: ["system:masters"] };
const secretText = "correct horse battery staple";

it("hostile input 50: neither the data directory nor a snapshot holds a Secret's plain text", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bramble-at-rest-"));
  const id = "b1.00000001" as VoterId;
  const log = silentLogger;
  const voter = await openReplicatedStore({
    id,
    bootstrap: [{ id, node: "b1", address: "127.0.0.1:8883", role: "voter" }],
    hasHeldLog: false,
    disk: await FileDisk.open(join(directory, "raft")),
    stateBackend: await LevelStateBackend.open(join(directory, "state")),
    transport: { send: () => {}, onMessage: () => {}, setMembers: () => {}, onEnded: () => {} },
    metrics: new MetricRegistry(),
    clock: systemClock,
    random: secureRandom,
    log,
    onFailure: (error: unknown) => {
      throw error;
    },
  });
  const store = new EncryptedStore(voter, new Keyring([newEncryptionKey()], async () => {}));
  const api = createApiServer({ store, clock: systemClock, random: secureRandom, log, newUid: randomUUID });
  const ask = (method: "GET" | "POST" | "PATCH", path: string, body?: object) =>
    api.request({ method, path, ...(body && { body, contentType: "application/merge-patch+json" }) }, administrator);
  await ensureBootstrapObjects(api.asTransport(administrator));
  const secrets = "/api/v1/namespaces/default/secrets";
  const data = { password: Buffer.from(secretText).toString("base64") };
  expect(await ask("POST", secrets, { metadata: { name: "s" }, data })).toMatchObject({ status: 201 });
  await ask("PATCH", `${secrets}/s`, { metadata: { labels: { seen: "twice" } } });
  expect(await ask("GET", `${secrets}/s`)).toMatchObject({ body: { data } });

  const { bytes } = await voter.snapshot();
  await voter.close();
  const held: Uint8Array[] = [bytes];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) held.push(await readFile(join(entry.parentPath, entry.name)));
  }
  expect(held.length).toBeGreaterThan(4);
  for (const content of held.map((part) => Buffer.from(part))) {
    for (const text of [secretText, data.password]) expect(content.includes(text)).toBe(false);
  }
  await rm(directory, { recursive: true });
});
