/** What a checkpoint of the state must say so that the log can go on from it. */
import { z } from "zod";
import { TerminalError } from "../lib/errors.ts";

const metaSchema = z.object({
  /** Of the last applied entry. */
  term: z.int().nonnegative(),
  /** The configuration in effect there. */
  peers: z.array(z.object({ id: z.string(), role: z.enum(["voter", "learner"]), context: z.string() })).readonly(),
});

export type CheckpointMeta = Readonly<z.infer<typeof metaSchema>>;

export function encodeCheckpointMeta(meta: CheckpointMeta): string {
  return JSON.stringify(meta);
}

/** Throws `TerminalError`. */
export function decodeCheckpointMeta(text: string | undefined): CheckpointMeta {
  if (text === undefined) return { term: 0, peers: [] };
  const parsed = metaSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new TerminalError("the state's checkpoint is of a version of bramble that this one does not know");
}
