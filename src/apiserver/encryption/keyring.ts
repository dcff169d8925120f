/**
 * The keys that a voter opens the fleet's secrets with. They lie in a file of each voter, never in the state, so that
 * neither the state nor a snapshot of it can be read by whoever has that alone.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { TerminalError } from "../../lib/errors.ts";

const keyBytes = 32;
const idShape = /^[0-9a-f]{8}$/;

const keySchema = z.object({
  id: z.string().regex(idShape),
  key: z.base64().refine((text) => Buffer.from(text, "base64").length === keyBytes),
});
export type EncryptionKey = z.infer<typeof keySchema>;

const keyringSchema = z.object({ format: z.literal("bramble-keys-1"), keys: z.array(keySchema) });

export function newEncryptionKey(): EncryptionKey {
  return { id: randomBytes(4).toString("hex"), key: randomBytes(keyBytes).toString("base64") };
}

/** A key alone, as it is handed over. Throws where `text` is none. */
export function parseEncryptionKey(text: string): EncryptionKey {
  return keySchema.parse(JSON.parse(text));
}

/** The file's text. */
export function keyringText(keys: readonly EncryptionKey[]): string {
  return `${JSON.stringify({ format: "bramble-keys-1", keys }, undefined, 2)}\n`;
}

/** Throws `TerminalError` where the text is no keyring's. */
export function parseKeyring(text: string): readonly EncryptionKey[] {
  try {
    return keyringSchema.parse(JSON.parse(text)).keys;
  } catch (cause) {
    throw new TerminalError("the file of encryption keys is damaged: copy it from another voter", { cause });
  }
}

/** Whole or not at all, power loss included. */
export type WriteKeyring = (text: string) => Promise<void>;

export class Keyring {
  readonly #write: WriteKeyring;
  #keys: readonly EncryptionKey[];

  constructor(keys: readonly EncryptionKey[], write: WriteKeyring) {
    this.#keys = keys;
    this.#write = write;
  }

  /** What another voter is given, and a snapshot is accompanied by; undefined where this voter has no keys. */
  get text(): string | undefined {
    return this.#keys.length === 0 ? undefined : keyringText(this.#keys);
  }

  find(id: string): EncryptionKey | undefined {
    return this.#keys.find((key) => key.id === id);
  }

  /** The youngest. */
  get newest(): EncryptionKey | undefined {
    return this.#keys.at(-1);
  }

  /** On disk before it is used. */
  async add(key: EncryptionKey): Promise<void> {
    if (this.find(key.id) === undefined) await this.#replace([...this.#keys, key]);
  }

  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    const kept = this.#keys.filter(({ id }) => ids.has(id));
    if (kept.length < this.#keys.length) await this.#replace(kept);
  }

  async #replace(keys: readonly EncryptionKey[]): Promise<void> {
    await this.#write(keyringText(keys));
    this.#keys = keys;
  }
}
