/** Commands as the Raft log carries them: JSON in UTF-8. */
import { z } from "zod";
import { type Command, type Revision, revision } from "./types.ts";

// The disk and the log store UTF-8, which cannot carry half a surrogate pair: it would come back as another text.
const text = z.string().refine((value) => value.isWellFormed());
const key = text.min(1).max(4096);
const revisionSchema = z
  .int()
  .nonnegative()
  .transform((value): Revision => revision(value));

const mutation = z.discriminatedUnion("type", [
  z.object({ type: z.literal("put"), key, value: text }),
  z.object({ type: z.literal("delete"), key }),
]);

/** More changes than this must not share a revision: a watch delivers a revision whole. */
const mutationsMax = 10_000;

const txn = z.object({
  compares: z.array(z.object({ key, modRevision: revisionSchema })),
  mutations: z
    .array(mutation)
    .max(mutationsMax)
    .refine((mutations) => new Set(mutations.map((each) => each.key)).size === mutations.length),
  fence: z.int().nonnegative().exactOptional(),
});

const commandSchema: z.ZodType<Command> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("txn"), txn }),
  z.object({ type: z.literal("compact"), revision: revisionSchema }),
]);

export function encodeCommand(command: Command): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(command));
}

/**
 * Undefined for anything that is not a command the state machine takes. Whoever proposes must look before proposing,
 * so that it can refuse; whoever applies passes the undefined on, and every replica skips the entry alike.
 */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  try {
    return commandSchema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))).data;
  } catch {
    return undefined;
  }
}
