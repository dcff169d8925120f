/** What a board asks of the fleet about its seat among the voters, by the certificate that it has. */
import { ApiError } from "../api/api-error.ts";
import { joinAnswerSchema } from "../api/join-exchange.ts";
import {
  type RejoinRequest,
  rejoinPath,
  type Standing,
  standingPath,
  standingSchema,
} from "../api/operations-exchange.ts";
import { UsageError } from "../lib/errors.ts";
import { parseMembers } from "../platform/host/fleet-directory.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";
import { csrOfKey } from "../platform/pki/board-key.ts";
import type { VoterId } from "../replication/ports.ts";
import type { Board } from "./board.ts";
import { newVoterId } from "./new-board.ts";

/**
 * Asks for a new seat, writes down what the fleet answers, and returns the board under its new voter id. `brokers` are
 * the voters', `10.99.0.2:8883`. Throws the last one's refusal, `ApiError` with 403 where the board is to have no seat.
 */
export async function askForSeat(board: Board, brokers: readonly string[], signal: AbortSignal) {
  const { identity, pki, directory } = board;
  const { node, address } = identity;
  const voterId = newVoterId(node);
  const request: RejoinRequest = { voterId, address, csrPem: await csrOfKey(node, pki.keyPem) };
  const answer = joinAnswerSchema.parse(await askOneOf(board, brokers, rejoinPath, request, signal));
  const certificatePem = `${answer.certificatePem.trim()}\n${pki.caPem}`;
  const members = parseMembers(answer.members);
  const seated = { ...identity, voterId, voters: answer.voters, members, bootstrap: false };
  await directory.replace(seated, certificatePem, answer.encryptionKeys);
  return { voterId, board: { ...board, identity: seated, pki: { ...pki, certificatePem } } };
}

/** Whether `voterId` still counts. Throws where nobody of `brokers` can say. */
export async function askStanding(
  board: Board,
  brokers: readonly string[],
  voterId: VoterId,
  signal: AbortSignal,
): Promise<Standing> {
  return standingSchema.parse(await askOneOf(board, brokers, standingPath, { voterId }, signal));
}

/** The first answer. A refusal that any other voter would repeat ends the asking. */
async function askOneOf(
  { identity, pki }: Board,
  brokers: readonly string[],
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  let refusal: unknown = new UsageError("no other voter is known: restore a snapshot with `bramble snapshot restore`");
  for (const broker of brokers) {
    const server = `${broker.slice(0, broker.lastIndexOf(":"))}:${identity.ports.api}`;
    const transport = new HttpsTransport({ server, ...pki });
    try {
      const reply = await transport.request({ method: "POST", path, body }, signal);
      if (reply.status < 400) return reply.body;
      throw ApiError.fromReply(reply.status, reply.body);
    } catch (error) {
      signal.throwIfAborted();
      if (isFinal(error)) throw error;
      refusal = error;
    } finally {
      transport.close();
    }
  }
  throw refusal;
}

/** The fleet does not want this board among its voters. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.code === 403;
}
