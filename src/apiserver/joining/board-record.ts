/** Which key a board's name was certified for, kept at `/bramble/boards/<node>`: a name is not taken over by a token alone. */
import { createHash, X509Certificate } from "node:crypto";
import { z } from "zod";
import type { StoreKey } from "../../store/types.ts";

const boardRecordSchema = z.object({
  /** SHA-256 of the key in DER (SubjectPublicKeyInfo), in hex. */
  publicKeySha256: z.string(),
});
export type BoardRecord = z.infer<typeof boardRecordSchema>;

export function boardRecordKey(node: string): StoreKey {
  return `/bramble/boards/${node}`;
}

/** `value` is what the store keeps at the record's key. */
export function parseBoardRecord(value: string): BoardRecord {
  return boardRecordSchema.parse(JSON.parse(value));
}

export function recordOf(certificatePem: string): BoardRecord {
  return { publicKeySha256: publicKeySha256(new X509Certificate(certificatePem)) };
}

export function publicKeySha256({ publicKey }: X509Certificate): string {
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}
