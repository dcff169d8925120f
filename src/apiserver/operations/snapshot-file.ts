/**
 * A snapshot of a fleet as one file: a line of JSON that says what it is, a line with the SHA-256 of that line, and the
 * state behind them, whose own SHA-256 the first line holds.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { TerminalError } from "../../lib/errors.ts";

const count = z.int().nonnegative();

const snapshotHeaderSchema = z.object({
  format: z.literal("bramble-snapshot-1"),
  fleet: z.string(),
  /** The voter that wrote it. */
  voter: z.string(),
  /** Of bramble. */
  version: z.string(),
  /** RFC 3339. */
  time: z.string(),
  /** The last transaction in it. */
  revision: count,
  /** The last entry of the Raft log in it, and its term. */
  appliedIndex: count,
  term: count,
  /** The fleet's CA; its key is inside the state. */
  caPem: z.string(),
  podCidr: z.cidrv4(),
  /** Where the voters of the time served the API, `10.99.0.1:6443`. */
  apiServers: z.array(z.string()),
  stateBytes: count,
  stateSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SnapshotHeader = z.infer<typeof snapshotHeaderSchema>;

export interface SnapshotFile {
  readonly header: SnapshotHeader;
  readonly state: Uint8Array;
}

export function encodeSnapshotFile(
  header: Omit<SnapshotHeader, "format" | "stateBytes" | "stateSha256">,
  state: Uint8Array,
): readonly Uint8Array[] {
  const whole = { ...header, stateBytes: state.byteLength, stateSha256: sha256(state) };
  const line = JSON.stringify({ format: "bramble-snapshot-1", ...whole } satisfies SnapshotHeader);
  return [Buffer.from(`${line}\n${sha256(line)}\n`), state];
}

/** Throws `TerminalError` where a single bit is not as it was written. */
export function decodeSnapshotFile(bytes: Uint8Array): SnapshotFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lineEnd = buffer.indexOf("\n");
  const headEnd = lineEnd + 1 + 64;
  const line = buffer.toString("utf8", 0, Math.max(0, lineEnd));
  if (lineEnd < 0 || buffer.toString("latin1", lineEnd + 1, headEnd + 1) !== `${sha256(line)}\n`) {
    throw new TerminalError("it is no snapshot of bramble's, or its first lines are damaged");
  }
  const parsed = snapshotHeaderSchema.safeParse(JSON.parse(line));
  if (!parsed.success) throw new TerminalError("it is of a version of bramble that this one does not know");
  const header = parsed.data;
  const state = buffer.subarray(headEnd + 1);
  if (state.byteLength !== header.stateBytes) {
    throw new TerminalError(`it holds ${state.byteLength} of ${header.stateBytes} bytes of state: it was cut short`);
  }
  if (sha256(state) !== header.stateSha256) throw new TerminalError("its state is damaged");
  return { header, state };
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
