import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SingleVoterStore } from "../../test/support/single-voter-store.ts";
import { Keyring, keyringText, newEncryptionKey } from "../apiserver/encryption/keyring.ts";
import { ensurePrimary } from "../apiserver/encryption/primary-key.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { openKeyring } from "./voter-keyring.ts";

const key = newEncryptionKey();

describe("a voter's keys", () => {
  let path: string;
  let store: SingleVoterStore;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "bramble-keys-"));
    store = await SingleVoterStore.open();
  });
  afterEach(() => rm(path, { recursive: true }));
  const open = () => openKeyring(new FleetDirectory(path), store.reader);

  it("are those of its file, which nobody else may read", async () => {
    await new FleetDirectory(path).writeEncryptionKeys(keyringText([key]));
    const keyring = await open();
    await ensurePrimary(store, keyring);
    const next = newEncryptionKey();
    await keyring.add(next);
    expect((await open()).newest).toEqual(next);
    expect((await stat(join(path, "encryption.keys"))).mode & 0o777).toBe(0o600);
  });

  it("may be missing only where the fleet has none", async () => {
    expect((await open()).newest).toBeUndefined();
    await ensurePrimary(store, new Keyring([key], async () => {}));
    await expect(open()).rejects.toThrow(/lacks the key .*: copy the file from another voter/);
  });

  it("are refused where the file is damaged", async () => {
    await writeFile(join(path, "encryption.keys"), "{");
    await expect(open()).rejects.toThrow(/damaged: copy it from another voter/);
  });
});
