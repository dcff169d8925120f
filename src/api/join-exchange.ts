/** What a board that joins and the voter that takes it in say to each other: `POST /bramble/v1/join`. */
import { z } from "zod";

export const joinPath = "/bramble/v1/join";

/** Where a voter tells the public topics unless told otherwise. */
export const defaultTelemetryPort = 8884;

/** A DNS label, as a Node's name is one. */
export const nodeNamePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const voterIdPattern = /^[a-z0-9-]{1,63}\.[0-9a-f]{8}$/;
const csrLengthMax = 4096;

const asBoard = z.object({ role: z.literal("board") });
const asVoter = z.object({
  role: z.literal("voter"),
  voterId: z.string().regex(voterIdPattern, "must be <node>.<8 hex digits>"),
});

export const joinRequestSchema = z
  .object({
    /** `<id>.<secret>`; sent only to a server whose CA the token's holder has checked. */
    token: z.string().regex(/^[a-z0-9]{6}\.[a-z0-9]{16}$/, "must be <6 characters>.<16 characters>"),
    node: z.string().regex(nodeNamePattern, "must be a DNS label: lower-case letters, digits and hyphens"),
    /** PKCS #10, of which only the key is taken. */
    csrPem: z.string().max(csrLengthMax),
    /** Where the other boards reach this one. */
    address: z.ipv4(),
  })
  .and(z.discriminatedUnion("role", [asBoard, asVoter]));
export type JoinRequest = z.infer<typeof joinRequestSchema>;

const memberSchema = z.object({
  id: z.string(),
  node: z.string(),
  address: z.string(),
  role: z.enum(["voter", "learner"]),
});

/** The one broker that the whole fleet uses, where the voters have none of their own. */
export const sharedBrokerSchema = z.object({
  /** `mqtts://broker.home:8883` */
  url: z.string().regex(/^mqtts:\/\/[A-Za-z0-9.-]+:\d{1,5}$/, "must be mqtts://<host>:<port>"),
  /** Whom the broker's certificate comes from, where that is not the fleet's CA. */
  caPem: z.string().optional(),
});
export type SharedBroker = z.infer<typeof sharedBrokerSchema>;

export const joinAnswerSchema = z.object({
  fleet: z.string(),
  node: z.string(),
  caPem: z.string(),
  /** The board's own, without the CA's. */
  certificatePem: z.string(),
  /** The fleet's range of pod addresses. */
  podCidr: z.cidrv4().optional(),
  /** Control brokers, `10.99.0.1:8883`. */
  voters: z.array(z.string()),
  /** API servers, `10.99.0.1:6443`. */
  apiServers: z.array(z.string()),
  sharedBroker: sharedBrokerSchema.optional(),
  /** The voters of the fleet, for a board that becomes one. */
  members: z.array(memberSchema),
  /** What the fleet's secrets are encrypted with, for a board that becomes a voter. */
  encryptionKeys: z.string().optional(),
});
export type JoinAnswer = z.infer<typeof joinAnswerSchema>;
