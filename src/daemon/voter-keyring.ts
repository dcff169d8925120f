/** The voter's own keys to the fleet's secrets, from its disk. */
import { Keyring, parseKeyring } from "../apiserver/encryption/keyring.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import type { FleetDirectory } from "../platform/host/fleet-directory.ts";

/** Empty where there is no file. Throws `UsageError` where it cannot be used. */
export async function openKeyring(directory: FleetDirectory): Promise<Keyring> {
  const text = await directory.readEncryptionKeys();
  const write = (next: string) => directory.writeEncryptionKeys(next);
  try {
    return new Keyring(text === undefined ? [] : parseKeyring(text), write);
  } catch (cause) {
    throw new UsageError(`${directory.path}/encryption.keys cannot be used: ${messageOf(cause)}`, { cause });
  }
}

/** A voter that cannot read Secrets would keep its boards waiting for them: it must not go on. */
export function lacksKey({ path }: FleetDirectory, keyId: string): UsageError {
  return new UsageError(
    `${path}/encryption.keys lacks the key ${keyId} that the fleet's secrets are encrypted with: ` +
      "copy the file from another voter's data directory, mode 0600, then start again",
  );
}
