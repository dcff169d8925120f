/** What a board keeps of its fleet: `identity.json`, whose presence says that it is part of one, and its keys. */
import { access, chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { defaultTelemetryPort, nodeNamePattern, sharedBrokerSchema } from "../../api/join-exchange.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";
import type { Member, VoterId } from "../../replication/ports.ts";

/** In the data directory. */
export const clockFloorFile = "clock.json";

const port = z.int().min(1).max(65_535);
const voterId = z.custom<VoterId>(
  (text) => typeof text === "string" && /^[a-z0-9-]{1,63}\.[0-9a-f]{8}$/.test(text),
  "must be <node>.<8 hex digits>",
);
const memberSchema = z.object({
  id: voterId,
  node: z.string(),
  address: z.string(),
  role: z.enum(["voter", "learner"]),
}) satisfies z.ZodType<Member>;

const identitySchema = z.object({
  formatVersion: z.literal(1),
  fleet: z.string().regex(nodeNamePattern),
  node: z.string().regex(nodeNamePattern),
  /** Where the board is a voter. */
  voterId: voterId.optional(),
  address: z.ipv4(),
  ports: z.object({
    api: port,
    mqtt: port,
    wireguard: port,
    /** Boards that joined before there were public topics know of no port for them. */
    telemetry: port.default(defaultTelemetryPort),
  }),
  podCidr: z.cidrv4(),
  /** What the board was called when it joined: labels of its Node, where that is made anew. */
  labels: z.record(z.string(), z.string()).optional(),
  sharedBroker: sharedBrokerSchema.optional(),
  /** Control brokers to begin with, `10.99.0.1:8883`. */
  voters: z.array(z.string()),
  /** The voters as they were when this board became one; empty on other boards. */
  members: z.array(memberSchema),
  /** The fleet begins with this voter's empty log; everybody else's comes from the members. */
  bootstrap: z.boolean(),
});
export type BoardIdentity = z.infer<typeof identitySchema>;

/** Members as another voter named them; throws `UsageError` where they are none. */
export function parseMembers(members: unknown): Member[] {
  const parsed = z.array(memberSchema).safeParse(members);
  if (parsed.success) return parsed.data;
  throw new UsageError(`the fleet named voters that are none (${oneLine(parsed.error)}): use the fleet's version`);
}

export interface BoardPki {
  readonly caPem: string;
  /** The board's own certificate and the CA's behind it, as servers present it to boards that are still to join. */
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface FleetFiles {
  readonly identity: BoardIdentity;
  readonly pki: BoardPki;
  /** Only on the founding voter, until the leader has put it into the store. */
  readonly caKeyPem?: string;
  /** Only on the founding voter. */
  readonly adminKubeconfig?: string;
  /** What the fleet's secrets are encrypted with; only on voters. */
  readonly encryptionKeys?: string | undefined;
}

export class FleetDirectory {
  readonly path: string;
  readonly #identityPath: string;

  constructor(path: string) {
    this.path = path;
    this.#identityPath = join(path, "identity.json");
  }

  get adminKubeconfigPath(): string {
    return join(this.path, "admin.kubeconfig");
  }

  /** Throws `UsageError` where the board belongs to a fleet already. */
  async requireEmpty(): Promise<void> {
    const text = await readIfThere(this.#identityPath);
    if (text === undefined) return;
    const { fleet, node } = parseIdentity(text, this.#identityPath);
    throw new UsageError(
      `${this.path} holds ${node} of the fleet ${fleet} already: start it with \`bramble run\`, or use another --data-dir`,
    );
  }

  /** Writes all of it or, seen from the next start, nothing. To be called after `requireEmpty`. */
  async write({ identity, pki, caKeyPem, adminKubeconfig, encryptionKeys }: FleetFiles): Promise<void> {
    const files: [string, string | undefined][] = [
      [this.#pkiPath("ca.crt"), pki.caPem],
      [this.#pkiPath("ca.key"), caKeyPem],
      [this.#pkiPath("board.key"), pki.keyPem],
      [this.#pkiPath("board.crt"), pki.certificatePem],
      [this.adminKubeconfigPath, adminKubeconfig],
      [this.#encryptionKeysPath, encryptionKeys],
      [this.#identityPath, identityText(identity)],
    ];
    const madeFirst = await this.#makeDirectories();
    try {
      for (const [path, text] of files) {
        // An attempt that lost power may have left a file that this board must not have, such as a CA's key.
        if (text === undefined) await rm(path, { force: true });
        else await writeDurably(path, text);
      }
    } catch (cause) {
      for (const [path] of files) for (const name of [path, `${path}.new`]) await rm(name, { force: true });
      if (madeFirst !== undefined) await rm(madeFirst, { recursive: true, force: true });
      throw new UsageError(`cannot write ${this.path} (${messageOf(cause)}): nothing was kept`, { cause });
    }
  }

  /**
   * Takes over what the fleet has made of this board since. The identity comes last: a loss of power in between leaves
   * the old one, under which the board asks again.
   */
  async replace(identity: BoardIdentity, certificatePem: string, encryptionKeys?: string): Promise<void> {
    if (encryptionKeys !== undefined) await this.writeEncryptionKeys(encryptionKeys);
    await writeDurably(this.#pkiPath("board.crt"), certificatePem);
    await writeDurably(this.#identityPath, identityText(identity));
  }

  /** Takes over the board's next certificate, the CA's behind it. */
  async replaceCertificate(certificatePem: string): Promise<void> {
    await writeDurably(this.#pkiPath("board.crt"), certificatePem);
  }

  /** The administrator's next kubeconfig, where this board has one. */
  async replaceAdminKubeconfig(text: string): Promise<void> {
    await writeDurably(this.adminKubeconfigPath, text);
  }

  /** The latest time that the board has been sure of, in milliseconds since 1970; undefined where it has none yet. */
  async readClockFloor(): Promise<number | undefined> {
    const text = await readIfThere(this.#clockFloorPath);
    return text === undefined ? undefined : parseClockFloor(text);
  }

  async writeClockFloor(timeMs: number): Promise<void> {
    await writeDurably(this.#clockFloorPath, `${JSON.stringify({ floor: new Date(timeMs).toISOString() })}\n`);
  }

  get #clockFloorPath(): string {
    return join(this.path, clockFloorFile);
  }

  async hasAdminKubeconfig(): Promise<boolean> {
    return access(this.adminKubeconfigPath).then(
      () => true,
      () => false,
    );
  }

  /** Undefined on boards that did not found the fleet. */
  readAdminKubeconfig(): Promise<string | undefined> {
    return readIfThere(this.adminKubeconfigPath);
  }

  /** Throws `UsageError` where the board is part of no fleet yet, or its identity cannot be read. */
  async readIdentity(): Promise<BoardIdentity> {
    const text = await readIfThere(this.#identityPath);
    if (text !== undefined) return parseIdentity(text, this.#identityPath);
    throw new UsageError(
      `${this.path} belongs to no fleet: found one with \`bramble init\`, or join one with \`bramble join\``,
    );
  }

  async readPki(): Promise<BoardPki> {
    const [caPem, certificatePem, keyPem] = await Promise.all(
      ["ca.crt", "board.crt", "board.key"].map((name) => readFile(this.#pkiPath(name), "utf8")),
    );
    return { caPem: caPem ?? "", certificatePem: certificatePem ?? "", keyPem: keyPem ?? "" };
  }

  /** What the fleet's secrets are encrypted with; undefined on boards that never were voters. */
  readEncryptionKeys(): Promise<string | undefined> {
    return readIfThere(this.#encryptionKeysPath);
  }

  writeEncryptionKeys(text: string): Promise<void> {
    return writeDurably(this.#encryptionKeysPath, text);
  }

  /** A board that is no voter any more has no use for them. */
  async removeEncryptionKeys(): Promise<void> {
    await rm(this.#encryptionKeysPath, { force: true });
    await syncDirectory(this.path);
  }

  get #encryptionKeysPath(): string {
    return join(this.path, "encryption.keys");
  }

  /** The CA's key, where it still lies here. */
  readCaKey(): Promise<string | undefined> {
    return readIfThere(this.#pkiPath("ca.key"));
  }

  /** Called once the store holds the key; a voter that is stolen must not carry it in the clear. */
  async removeCaKey(): Promise<void> {
    await rm(this.#pkiPath("ca.key"), { force: true });
    await syncDirectory(join(this.path, "pki"));
  }

  #pkiPath(name: string): string {
    return join(this.path, "pki", name);
  }

  /** Returns the topmost directory that was not there before. */
  async #makeDirectories(): Promise<string | undefined> {
    try {
      const madeFirst = await mkdir(join(this.path, "pki"), { recursive: true, mode: 0o700 });
      // Where it was there before, it may be open to all; Secrets will lie in it.
      await chmod(this.path, 0o700);
      return madeFirst;
    } catch (cause) {
      throw new UsageError(`cannot make ${this.path} (${messageOf(cause)}): run as root, or use another --data-dir`, {
        cause,
      });
    }
  }
}

const clockFloorSchema = z.object({ floor: z.iso.datetime().transform((text) => Date.parse(text)) });

/** Undefined for what cannot be read: the board is then as sure of the time as it was without the file. */
export function parseClockFloor(text: string): number | undefined {
  try {
    return clockFloorSchema.parse(JSON.parse(text)).floor;
  } catch {
    return undefined;
  }
}

/** What `identity.json` at `path` says; throws `UsageError` where it cannot be understood. */
export function parseIdentity(text: string, path: string): BoardIdentity {
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch (cause) {
    const detail = cause instanceof z.ZodError ? oneLine(cause) : messageOf(cause);
    throw new UsageError(`${path} cannot be read (${detail}): restore it from a backup`, { cause });
  }
}

function identityText(identity: BoardIdentity): string {
  return `${JSON.stringify(identitySchema.parse(identity), undefined, 2)}\n`;
}

function oneLine(error: z.ZodError): string {
  return z.prettifyError(error).replaceAll(/\s*\n\s*/g, " ");
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new UsageError(`${path} cannot be read (${messageOf(cause)}): run as root, or use another --data-dir`, {
      cause,
    });
  }
}

/** Whole or not at all, power loss included: written aside, flushed, then renamed into place. */
export async function writeDurably(path: string, text: string, mode = 0o600): Promise<void> {
  const aside = `${path}.new`;
  const file = await open(aside, "w", mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  await syncDirectory(dirname(path));
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
