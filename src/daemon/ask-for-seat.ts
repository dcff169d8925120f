/** A board asks the fleet for a new seat among its voters, and writes down what it is given. */
import { ApiError } from "../api/api-error.ts";
import { joinAnswerSchema } from "../api/join-exchange.ts";
import { type RejoinRequest, rejoinPath } from "../api/operations-exchange.ts";
import { UsageError } from "../lib/errors.ts";
import { parseMembers } from "../platform/host/fleet-directory.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";
import { csrOfKey } from "../platform/pki/board-key.ts";
import type { Board } from "./board.ts";
import { newVoterId } from "./new-board.ts";

/**
 * Asks each of `brokers`' voters in turn, `10.99.0.2:8883`, and returns the board under its new voter id. Throws the
 * last one's refusal.
 */
export async function askForSeat(board: Board, brokers: readonly string[], signal: AbortSignal): Promise<Board> {
  const { identity, pki, directory } = board;
  const { node, address, ports } = identity;
  const voterId = newVoterId(node);
  const request: RejoinRequest = { voterId, address, csrPem: await csrOfKey(node, pki.keyPem) };
  let refusal: unknown = new UsageError("no other voter is known: restore a snapshot with `bramble snapshot restore`");
  for (const broker of brokers) {
    const server = `${broker.slice(0, broker.lastIndexOf(":"))}:${ports.api}`;
    try {
      const answer = await ask({ server, ...pki }, request, signal);
      const certificatePem = `${answer.certificatePem.trim()}\n${pki.caPem}`;
      const members = parseMembers(answer.members);
      const seated = { ...identity, voterId, voters: answer.voters, members, bootstrap: false };
      await directory.replace(seated, certificatePem);
      return { ...board, identity: seated, pki: { ...pki, certificatePem } };
    } catch (error) {
      signal.throwIfAborted();
      refusal = error;
    }
  }
  throw refusal;
}

async function ask(
  credentials: { server: string; caPem: string; certificatePem: string; keyPem: string },
  body: RejoinRequest,
  signal: AbortSignal,
) {
  const transport = new HttpsTransport(credentials);
  try {
    const reply = await transport.request({ method: "POST", path: rejoinPath, body }, signal);
    if (reply.status >= 400) throw ApiError.fromReply(reply.status, reply.body);
    return joinAnswerSchema.parse(reply.body);
  } finally {
    transport.close();
  }
}
