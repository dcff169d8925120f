/** What a voter process is told at its start, and what it is asked and answers over Node's IPC channel. */
import { z } from "zod";
import type { Member, VoterId } from "../../src/replication/ports.ts";
import { type Revision, revision, type Txn } from "../../src/store/types.ts";

const voterId = z.string().transform((id) => id as VoterId);
const modRevision = z.number().transform((value): Revision => revision(value));

const member: z.ZodType<Member> = z.object({
  id: voterId,
  node: z.string(),
  address: z.string(),
  role: z.enum(["voter", "learner"]),
});

export const voterSettingsSchema = z.object({
  fleet: z.string(),
  id: voterId,
  address: z.string(),
  port: z.number(),
  directory: z.string(),
  /** The fleet's founders, this voter among them. */
  members: z.array(member),
  /** Where they differ from the defaults; small ones make checkpoints and snapshots frequent. */
  checkpointEntries: z.number().optional(),
  retainedEntries: z.number().optional(),
  credentials: z.object({ caPem: z.string(), certificatePem: z.string(), keyPem: z.string() }),
});
export type VoterSettings = z.infer<typeof voterSettingsSchema>;

const txn: z.ZodType<Txn> = z.object({
  compares: z.array(z.object({ key: z.string(), modRevision })),
  mutations: z.array(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("put"), key: z.string(), value: z.string() }),
      z.object({ type: z.literal("delete"), key: z.string() }),
    ]),
  ),
});

export const voterCallSchema = z.object({
  call: z.number(),
  ask: z.discriminatedUnion("type", [
    z.object({ type: z.literal("transact"), txn }),
    /** A read that all writes acknowledged before it show in: a barrier, then the local state. */
    z.object({ type: z.literal("read"), key: z.string() }),
    /** Every key and value under a prefix, after a barrier. */
    z.object({ type: z.literal("list"), prefix: z.string() }),
    z.object({ type: z.literal("status") }),
  ]),
});
export type VoterCall = z.infer<typeof voterCallSchema>;
export type VoterAsk = VoterCall["ask"];

export const voterAnswerSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ call: z.number(), value: z.unknown() }),
  /** `error` is the error's name: `NoLeaderError`, `OutcomeUnknownError`. */
  z.object({ call: z.number(), error: z.string(), message: z.string() }),
]);
export type VoterAnswer = z.infer<typeof voterAnswerSchema>;

export const txnResultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("committed"), revision: z.number() }),
  z.object({ kind: z.literal("conflict"), key: z.string(), modRevision: z.number(), revision: z.number() }),
  z.object({ kind: z.literal("fenced"), term: z.number() }),
]);
export type VoterTxnResult = z.infer<typeof txnResultSchema>;

export const readingSchema = z.object({
  value: z.string().optional(),
  /** Of the key's last change, 0 where it does not exist. */
  modRevision: z.number(),
  revision: z.number(),
});
export type Reading = z.infer<typeof readingSchema>;

export const listingSchema = z.object({
  revision: z.number(),
  items: z.array(z.object({ key: z.string(), value: z.string(), modRevision: z.number() })),
});
export type Listing = z.infer<typeof listingSchema>;

export const voterStatusSchema = z.object({
  role: z.string(),
  term: z.number(),
  revision: z.number(),
  commitIndex: z.number(),
  appliedIndex: z.number(),
  logBytesWritten: z.number(),
});
export type VoterStatus = z.infer<typeof voterStatusSchema>;
