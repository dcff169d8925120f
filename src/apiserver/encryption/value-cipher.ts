/** One value as it is kept: `encrypted:v1:<key id>:<base64 of nonce, tag and ciphertext>`, AES-256-GCM. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { OperationalError } from "../../lib/errors.ts";
import type { EncryptionKey, Keyring } from "./keyring.ts";

const algorithm = "aes-256-gcm";
const prefix = "encrypted:v1:";
const idLength = 8;
const nonceBytes = 12;
const tagBytes = 16;

/** Bound to its place: a ciphertext that is moved to another store key does not open. */
export function encryptValue(storeKey: string, value: string, { id, key }: EncryptionKey): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, Buffer.from(key, "base64"), nonce);
  cipher.setAAD(Buffer.from(storeKey));
  const ciphertext = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return `${prefix}${id}:${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString("base64")}`;
}

/** The key that the value is encrypted with; undefined where it lies in the clear. */
export function keyIdOf(value: string): string | undefined {
  return value.startsWith(prefix) ? value.slice(prefix.length, prefix.length + idLength) : undefined;
}

/** What was written before the fleet had keys is as it is. Throws `OperationalError` without the key. */
export function decryptValue(storeKey: string, value: string, keyring: Pick<Keyring, "find">): string {
  const id = keyIdOf(value);
  if (id === undefined) return value;
  const found = keyring.find(id);
  if (found === undefined) {
    throw new OperationalError(
      `this voter lacks the encryption key ${id}: copy encryption.keys from another voter's data directory, or let this board join anew`,
    );
  }
  const bytes = Buffer.from(value.slice(prefix.length + idLength + 1), "base64");
  const decipher = createDecipheriv(algorithm, Buffer.from(found.key, "base64"), bytes.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.from(storeKey));
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decipher.final("utf8");
  } catch (cause) {
    throw new OperationalError(`${storeKey} does not open with the key ${id}: its value was changed or moved`, {
      cause,
    });
  }
}
