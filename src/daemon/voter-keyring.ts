/** The voter's own keys to the fleet's secrets, from its disk. */
import { Keyring, parseKeyring } from "../apiserver/encryption/keyring.ts";
import { readPrimary } from "../apiserver/encryption/primary-key.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import type { FleetDirectory } from "../platform/host/fleet-directory.ts";
import type { StoreReader } from "../store/types.ts";

/**
 * Throws `UsageError` where the fleet encrypts with a key that is not there: a voter that cannot read Secrets would keep
 * its boards waiting for them.
 */
export async function openKeyring(
  directory: Pick<FleetDirectory, "path" | "readEncryptionKeys" | "writeEncryptionKeys">,
  state: StoreReader,
): Promise<Keyring> {
  const keyring = new Keyring(await readKeys(directory), (text) => directory.writeEncryptionKeys(text));
  const id = await readPrimary(state);
  if (id === undefined || keyring.find(id) !== undefined) return keyring;
  throw new UsageError(
    `${directory.path}/encryption.keys lacks the key ${id} that the fleet's secrets are encrypted with: ` +
      "copy the file from another voter's data directory, mode 0600, then start again",
  );
}

async function readKeys(directory: Pick<FleetDirectory, "path" | "readEncryptionKeys">) {
  const text = await directory.readEncryptionKeys();
  try {
    return text === undefined ? [] : parseKeyring(text);
  } catch (cause) {
    throw new UsageError(`${directory.path}/encryption.keys cannot be used: ${messageOf(cause)}`, { cause });
  }
}
