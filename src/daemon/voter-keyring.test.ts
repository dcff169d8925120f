import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keyringText, newEncryptionKey } from "../apiserver/encryption/keyring.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { lacksKey, openKeyring } from "./voter-keyring.ts";

const key = newEncryptionKey();

describe("a voter's keys", () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "bramble-keys-"));
  });
  afterEach(() => rm(path, { recursive: true }));
  const open = () => openKeyring(new FleetDirectory(path));

  it("are those of its file, which nobody else may read", async () => {
    await new FleetDirectory(path).writeEncryptionKeys(keyringText([key]));
    const keyring = await open();
    const next = newEncryptionKey();
    await keyring.add(next);
    expect((await open()).newest).toEqual(next);
    expect((await stat(join(path, "encryption.keys"))).mode & 0o777).toBe(0o600);
  });

  it("are none where there is no file, and what to do then is said", async () => {
    expect((await open()).newest).toBeUndefined();
    expect(lacksKey(new FleetDirectory(path), "0a").message).toMatch(/lacks the key 0a .*: copy the file from another/);
  });

  it("are refused where the file is damaged", async () => {
    await writeFile(join(path, "encryption.keys"), "{");
    await expect(open()).rejects.toThrow(/damaged: copy it from another voter/);
  });
});
