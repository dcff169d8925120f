/** Reads a whole state in pieces, as the frames of a snapshot. */
import type { AppliedState } from "./applied-state.ts";
import { encodeContents, encodeVersion } from "./snapshot-codec.ts";
import type { Version } from "./version.ts";

/** Values that are in memory at a time, in UTF-16 units and in number. */
const pieceSizeMax = 500_000;
const pieceVersionsMax = 500;

/**
 * The state as of the first step; its values must stay in the backend until the last one. Throws when a restored
 * snapshot takes its place meanwhile.
 */
export async function* snapshotFrames(state: AppliedState, appliedIndex: number): AsyncGenerator<Uint8Array> {
  const { index, generation } = state;
  const { revision, compacted } = index;
  const versions = index.retained();
  yield encodeContents({ format: 1, appliedIndex, revision, compacted, versions: versions.length });
  for (const piece of pieces(versions)) {
    if (state.generation !== generation) throw new Error("the state was replaced while it was read");
    const puts = piece.filter((version) => version.type === "put");
    const values = await state.values(puts, false);
    const byVersion = new Map(puts.map((version, at) => [version, values[at]]));
    yield Buffer.concat(piece.map((version) => encodeVersion(version, byVersion.get(version))));
  }
}

function* pieces(versions: readonly Version[]): Generator<readonly Version[]> {
  let piece: Version[] = [];
  let size = 0;
  for (const version of versions) {
    piece.push(version);
    size += version.size;
    if (size < pieceSizeMax && piece.length < pieceVersionsMax) continue;
    yield piece;
    piece = [];
    size = 0;
  }
  if (piece.length > 0) yield piece;
}
