/** A command with the name of the proposal it came from, by which its proposer knows it again when it is applied. */
import { ByteReader, MalformedError } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

export interface Envelope {
  readonly proposal: ProposalId;
  /** See `store/command.ts`. */
  readonly command: Uint8Array;
}

export interface ProposalId {
  /** The voter that proposed. */
  readonly origin: string;
  /** Drawn at its start, as its counter begins anew with each. */
  readonly incarnation: string;
  readonly counter: number;
}

const formatVersion = 1;

export function encodeEnvelope({ proposal, command }: Envelope): Uint8Array {
  const writer = new ByteWriter(command.byteLength + 64).byte(formatVersion);
  return writer.text(proposal.origin).text(proposal.incarnation).integer(proposal.counter).bytes(command).finish();
}

/** Undefined for bytes of another format; every voter must then skip the entry alike. */
export function decodeEnvelope(bytes: Uint8Array): Envelope | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.byte() !== formatVersion) return undefined;
    const proposal = { origin: reader.text(), incarnation: reader.text(), counter: reader.integer() };
    const command = reader.bytes();
    reader.end();
    return { proposal, command };
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
