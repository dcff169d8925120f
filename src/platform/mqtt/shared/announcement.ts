/** How voters and boards say on a shared broker that they are there: retained, and withdrawn by their last will. */
import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { VoterId } from "../../../replication/ports.ts";
import { identityOf } from "../../pki/peer-identity.ts";

const voterSchema = z.object({
  /** Shows that the node is a voter, and which; that it is this node which says so, the broker has seen to. */
  certificatePem: z.string().max(8_192),
  /** Its address in the list of voters that boards are given, `10.99.0.1:8883`. */
  address: z.string().max(300),
  /** Drawn at each start: boards begin anew with a voter that did. */
  start: z.string().max(64),
  /** Whether it takes boards in yet. */
  servesBoards: z.boolean(),
});
type VoterAnnouncement = z.infer<typeof voterSchema>;

const boardSchema = z.object({
  /** The voter id of its home. */
  home: z.string().max(80),
});
type BoardAnnouncement = z.infer<typeof boardSchema>;

export interface PresentVoter extends Omit<VoterAnnouncement, "certificatePem"> {
  readonly id: VoterId;
  readonly node: string;
}

export function encodeAnnouncement(announcement: VoterAnnouncement | BoardAnnouncement): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(announcement));
}

/** The voter that `node` is, or undefined where its certificate does not say so: not the fleet's, another's, ended. */
export function readVoter(
  payload: Uint8Array,
  node: string,
  authority: X509Certificate,
  nowMs: number,
): PresentVoter | undefined {
  const announced = parse(voterSchema, payload);
  if (announced === undefined) return undefined;
  const { certificatePem, ...rest } = announced;
  const certificate = certificateOf(certificatePem);
  if (certificate?.verify(authority.publicKey) !== true) return undefined;
  if (Date.parse(certificate.validTo) < nowMs) return undefined;
  const identity = identityOf(certificate.toLegacyObject());
  if (identity?.voterId === undefined || identity.node !== node) return undefined;
  return { id: identity.voterId, node, ...rest };
}

/** The id of the voter that the board has made its home. */
export function readHome(payload: Uint8Array): string | undefined {
  return parse(boardSchema, payload)?.home;
}

function parse<T>(schema: z.ZodType<T>, payload: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(payload))).data;
  } catch {
    return undefined;
  }
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
