/**
 * A whole state as bytes, for a voter that is too far behind to replay the log.
 *
 * Frames of a 32-bit big-endian length and as many bytes: first what the snapshot holds, then for every version a
 * frame of its header, followed, for a put, by one of its value; the SHA-256 of all that at the end. The digest says
 * that the bytes arrived whole, and that two replicas which are at the same entry are the same.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { type Revision, revision } from "./types.ts";
import { deleteVersion, putVersion, type Version } from "./version.ts";

const digestBytes = 32;
const count = z.int().nonnegative();
const revisionSchema = count.transform((value): Revision => revision(value));

const contentsSchema = z.object({
  format: z.literal(1),
  appliedIndex: count,
  revision: revisionSchema,
  compacted: revisionSchema,
  versions: count,
});
export type SnapshotContents = z.infer<typeof contentsSchema>;

const versionSchema = z.tuple([z.string(), z.enum(["put", "delete"]), revisionSchema, count, revisionSchema]);

export interface DecodedSnapshot {
  readonly contents: SnapshotContents;
  /** In order; a put carries its value in `overlay`. */
  readonly versions: readonly Version[];
}

/** Damaged, or older than what it was to replace. Nothing has changed; ask for another one. */
export class SnapshotRefusedError extends Error {
  override readonly name = "SnapshotRefusedError";
}

export function encodeContents(contents: SnapshotContents): Uint8Array {
  return frame(JSON.stringify(contents));
}

/** `value` is that of a put. */
export function encodeVersion(version: Version, value: string | undefined): Uint8Array {
  const { key, type, modRevision, ordinal, createRevision } = version;
  const header = frame(JSON.stringify([key, type, modRevision, ordinal, createRevision]));
  return value === undefined ? header : Buffer.concat([header, frame(value)]);
}

/** Collects encoded frames and closes them with their digest. */
export class SnapshotHash {
  readonly #hash = createHash("sha256");

  add(frames: Uint8Array): void {
    this.#hash.update(frames);
  }

  digest(): Buffer {
    return this.#hash.digest();
  }
}

/** Throws `SnapshotRefusedError`. */
export function decodeSnapshot(bytes: Uint8Array): DecodedSnapshot {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, Math.max(0, bytes.byteLength - digestBytes));
  const digest = createHash("sha256").update(body).digest();
  if (!digest.equals(bytes.subarray(body.byteLength))) throw new SnapshotRefusedError("the snapshot is damaged");
  const frames = readFrames(body);
  const contents = parseFrame(contentsSchema, frames.next().value);
  const versions: Version[] = [];
  for (const header of frames) {
    const [key, type, modRevision, ordinal, createRevision] = parseFrame(versionSchema, header);
    const place = { key, modRevision, ordinal, createRevision };
    versions.push(type === "put" ? putVersion(place, requireFrame(frames.next().value)) : deleteVersion(place));
  }
  if (versions.length !== contents.versions) throw new SnapshotRefusedError("the snapshot is not whole");
  return { contents, versions };
}

function frame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeUInt32BE(length);
  bytes.write(text, 4);
  return bytes;
}

function* readFrames(body: Buffer): Generator<string, undefined> {
  let at = 0;
  while (at + 4 <= body.byteLength) {
    const start = at + 4;
    at = start + body.readUInt32BE(at);
    yield body.toString("utf8", start, at);
  }
}

function parseFrame<T>(schema: z.ZodType<T>, text: string | undefined): T {
  const parsed = schema.safeParse(JSON.parse(requireFrame(text)));
  if (parsed.success) return parsed.data;
  throw new SnapshotRefusedError("the snapshot is of a format that this version does not know");
}

function requireFrame(text: string | undefined): string {
  if (text === undefined) throw new SnapshotRefusedError("the snapshot is not whole");
  return text;
}
