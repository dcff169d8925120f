/**
 * Encrypts what lies on a board with a key that is made from the board's own: AES-256-GCM with a nonce that is made from
 * the text, so that the same Secret is the same bytes and need not be written again.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import type { SecretCipher } from "./slice-record.ts";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** `boardKeyPem` is the private key of the board's certificate, which stays the same as long as the board is one. */
export function boardCipher(boardKeyPem: string): SecretCipher {
  const derived = (what: string) => Buffer.from(hkdfSync("sha256", boardKeyPem.trim(), "", `bramble ${what}`, 32));
  const encryptionKey = derived("slice encryption");
  const nonceKey = derived("slice nonce");
  return {
    encrypt(key, text) {
      const nonce = createHmac("sha256", nonceKey).update(`${key}\n${text}`).digest().subarray(0, nonceBytes);
      const cipher = createCipheriv(algorithm, encryptionKey, nonce).setAAD(Buffer.from(key));
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString("base64");
    },
    decrypt(key, text) {
      const bytes = Buffer.from(text, "base64");
      try {
        const decipher = createDecipheriv(algorithm, encryptionKey, bytes.subarray(0, nonceBytes));
        decipher.setAAD(Buffer.from(key)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decipher.final("utf8");
      } catch {
        return undefined;
      }
    },
  };
}
