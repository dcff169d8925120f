/**
 * What a voter remembers beside its log: that it has held one, and who the others were. A log that is gone while this
 * record is there was lost, and with it what the voter has promised.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeDurably } from "../platform/host/fleet-directory.ts";
import { lastIndex } from "../raft/log.ts";
import type { ReplicatedVoter } from "../replication/replicated-voter.ts";

const recordSchema = z.object({
  voterId: z.string(),
  /** Control brokers of the other members, `10.99.0.2:8883`. */
  others: z.array(z.string()),
});
type VoterRecord = z.infer<typeof recordSchema>;

/** Undefined where no voter has run here, or the file cannot be understood. */
export async function readVoterRecord(dataDir: string): Promise<VoterRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(pathOf(dataDir), "utf8")));
  } catch {
    return undefined;
  }
}

/** Keeps the record right from now on: written when the voter first holds an entry, and when the members change. */
export function keepVoterRecord(store: ReplicatedVoter, dataDir: string): void {
  let written = "";
  let writing: Promise<void> = Promise.resolve();
  const keep = () => {
    // A newcomer has promised nothing before it holds something.
    if (lastIndex(store.raft.log) === 0) return;
    const others = store.members.filter(({ id }) => id !== store.self).map(({ address }) => address);
    const record: VoterRecord = { voterId: store.self, others };
    const text = `${JSON.stringify(record)}\n`;
    if (text === written) return;
    written = text;
    writing = writing.then(() => writeUnlessSame(pathOf(dataDir), text));
  };
  keep();
  store.onMembers(keep);
}

async function writeUnlessSame(path: string, text: string): Promise<void> {
  const present = await readFile(path, "utf8").catch(() => "");
  if (present !== text) await writeDurably(path, text);
}

function pathOf(dataDir: string): string {
  return join(dataDir, "voter.json");
}
