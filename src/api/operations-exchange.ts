/** What a person or a board asks of a voter about the voters themselves: `/bramble/v1/…`. */
import { z } from "zod";
import { nodeNamePattern } from "./join-exchange.ts";

/** GET: the administrator asks for who votes. */
export const votersPath = "/bramble/v1/voters";
/** POST: the administrator asks a board of the fleet to become a voter. */
export const inviteVoterPath = "/bramble/v1/voters/invite";
/** POST: the administrator takes a voter out. */
export const removeVoterPath = "/bramble/v1/voters/remove";
/** POST: the administrator makes another voter lead. */
export const transferPath = "/bramble/v1/voters/transfer";
/** POST: a board asks for a seat among the voters, by the certificate that it has. Answered as joining is. */
export const rejoinPath = "/bramble/v1/rejoin";
/** POST: a board asks whether a voter of its own still counts. */
export const standingPath = "/bramble/v1/standing";
/** POST: a board asks for its next certificate, by the one that it has, even if that has ended. */
export const renewPath = "/bramble/v1/renew";
/** GET: the administrator asks for the whole state, in the form of `snapshotContentType`. */
export const snapshotPath = "/bramble/v1/snapshot";
export const snapshotContentType = "application/vnd.bramble.snapshot";

/** POST: the administrator asks for a new key that the fleet's secrets are encrypted with. */
export const rotateKeyPath = "/bramble/v1/encryption/rotate";
/** GET: the administrator asks which key that is, and whether all of them are. */
export const encryptionPath = "/bramble/v1/encryption";
/** GET: the administrator asks for the keys, without which nobody can use a snapshot. */
export const encryptionKeysPath = "/bramble/v1/encryption/keys";

const voterId = z.string().regex(/^[a-z0-9-]{1,63}\.[0-9a-f]{8}$/, "must be <node>.<8 hex digits>");

/** Names a voter by its board, or by its id where a board's old self is meant. */
export const voterReferenceSchema = z.object({
  voter: z.string().regex(/^[a-z0-9-]{1,63}(\.[0-9a-f]{8})?$/, "must be a board's name or a voter's id"),
});
export const invitationSchema = z.object({
  node: z.string().regex(nodeNamePattern, "must be a board's name"),
});
export const rejoinRequestSchema = z.object({
  /** New, and never used before. */
  voterId,
  /** Where the other boards reach this one. */
  address: z.ipv4(),
  /** PKCS #10 for the key of the board's present certificate. */
  csrPem: z.string().max(4096),
});
export type RejoinRequest = z.infer<typeof rejoinRequestSchema>;

export const renewRequestSchema = z.object({
  /** Where the other boards reach this one. */
  address: z.ipv4(),
  /** PKCS #10 for the key of the board's present certificate. */
  csrPem: z.string().max(4096),
});
export type RenewRequest = z.infer<typeof renewRequestSchema>;

export const renewAnswerSchema = z.object({
  /** Without the CA's. */
  certificatePem: z.string(),
});
export type RenewAnswer = z.infer<typeof renewAnswerSchema>;

export const standingRequestSchema = z.object({ voterId });

export const standingSchema = z.object({
  /** The voter asked about is a member. */
  isMember: z.boolean(),
  /** The board may have a seat: it has one already, or it is invited. */
  hasSeat: z.boolean(),
  /** What time it is, in milliseconds since 1970, where the voter's clock can be gone by. */
  timeMs: z.number().nonnegative().optional(),
});
export type Standing = z.infer<typeof standingSchema>;

const voterStatusSchema = z.object({
  id: z.string(),
  node: z.string(),
  /** Of its control broker. */
  address: z.string(),
  role: z.enum(["voter", "learner"]),
  leader: z.boolean(),
  /** The last entry that it is known to hold; only the leader knows. */
  matchIndex: z.int().optional(),
  /** Entries between that and the end of the leader's log. */
  lag: z.int().optional(),
});
export type VoterStatus = z.infer<typeof voterStatusSchema>;

export const fleetVotersSchema = z.object({
  fleet: z.string(),
  term: z.int(),
  /** Where the leader serves the API, `10.99.0.1:6443`; absent while nobody leads. */
  leaderApi: z.string().optional(),
  voters: z.array(voterStatusSchema),
  /** Boards that were asked to become voters and have not yet. */
  invited: z.array(z.string()),
});
export type FleetVoters = z.infer<typeof fleetVotersSchema>;

export const rotationSchema = z.object({
  keyId: z.string(),
  /** How many values were written anew. */
  rewritten: z.int(),
});
export type Rotation = z.infer<typeof rotationSchema>;

export const encryptionStatusSchema = z.object({
  /** Of the key that is written with; absent where the fleet does not encrypt. */
  keyId: z.string().optional(),
  /** A new key is on its way to the voters, or its way was interrupted. */
  isRotating: z.boolean(),
  /** How many confidential values there are, and how many of them are not encrypted with that key. */
  values: z.int(),
  outdated: z.int(),
  /** Which key each voter has taken over last; absent where it has the one that it began with. */
  voters: z.array(z.object({ id: z.string(), node: z.string(), tookOver: z.string().optional() })),
});
export type EncryptionStatus = z.infer<typeof encryptionStatusSchema>;
