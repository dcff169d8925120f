import { decodeSnapshot, encodeContents, encodeVersion, SnapshotHash } from "./snapshot-codec.ts";
import { revision } from "./types.ts";

/**
 * The same state at a revision higher by `by`: whoever has seen later revisions of the state's lost future must not
 * meet them again with other contents. Throws `SnapshotRefusedError`.
 */
export function raiseRevision(bytes: Uint8Array, by: number): Uint8Array {
  const { contents, versions } = decodeSnapshot(bytes);
  const frames = [
    encodeContents({ ...contents, revision: revision(contents.revision + by) }),
    ...versions.map((version) => encodeVersion(version, version.overlay)),
  ];
  const hash = new SnapshotHash();
  for (const frame of frames) hash.add(frame);
  return Buffer.concat([...frames, hash.digest()]);
}
