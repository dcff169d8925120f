/** What a board asks of the fleet about its seat among the voters, by the certificate that it has. */
import { joinAnswerSchema } from "../api/join-exchange.ts";
import {
  type RejoinRequest,
  rejoinPath,
  type Standing,
  standingPath,
  standingSchema,
} from "../api/operations-exchange.ts";
import { parseMembers } from "../platform/host/fleet-directory.ts";
import { csrOfKey } from "../platform/pki/board-key.ts";
import type { VoterId } from "../replication/ports.ts";
import { askVoters } from "./ask-voters.ts";
import type { Board } from "./board.ts";
import { newVoterId } from "./new-board.ts";

/**
 * Asks for a new seat, writes down what the fleet answers, and returns the board under its new voter id. `brokers` are
 * the voters', `10.99.0.2:8883`. Throws the last one's refusal, `ApiError` with 403 where the board is to have no seat.
 */
export async function askForSeat(board: Board, brokers: readonly string[], signal: AbortSignal) {
  const { identity, credentials, directory } = board;
  const pki = credentials.current;
  const { node, address } = identity;
  const voterId = newVoterId(node);
  const request: RejoinRequest = { voterId, address, csrPem: await csrOfKey(node, pki.keyPem) };
  const answer = joinAnswerSchema.parse(await askVoters(board, brokers, { path: rejoinPath, body: request }, signal));
  const certificatePem = `${answer.certificatePem.trim()}\n${pki.caPem}`;
  const members = parseMembers(answer.members);
  const seated = { ...identity, voterId, voters: answer.voters, members, bootstrap: false };
  await directory.replace(seated, certificatePem, answer.encryptionKeys);
  credentials.replace({ ...pki, certificatePem });
  return { voterId, board: { ...board, identity: seated } };
}

/** Whether `voterId` still counts. Throws where nobody of `brokers` can say. */
export async function askStanding(
  board: Board,
  brokers: readonly string[],
  voterId: VoterId,
  signal: AbortSignal,
): Promise<Standing> {
  return standingSchema.parse(await askVoters(board, brokers, { path: standingPath, body: { voterId } }, signal));
}
