/** Makes this board part of a fleet: trust first, then the token, and files only once all has gone well. */
import { ApiError } from "../api/api-error.ts";
import { type JoinAnswer, type JoinRequest, joinAnswerSchema, joinPath } from "../api/join-exchange.ts";
import { defaultPodCidr, type JoinOptions, type NewBoard } from "../cli/cli-actions.ts";
import { UsageError } from "../lib/errors.ts";
import { formatTokenCredential } from "../lib/join-token.ts";
import { FleetDirectory, parseMembers } from "../platform/host/fleet-directory.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";
import { authorityOfServer } from "../platform/pki/authority-of-server.ts";
import { createKeyAndCsr, isCertificateOf } from "../platform/pki/board-key.ts";
import { describeBoard, type Machine, newVoterId, thisMachine } from "./new-board.ts";

/** Throws `UsageError`, with nothing changed on this board, for everything that keeps it from joining. */
export async function joinFleet(options: JoinOptions, machine: Machine = thisMachine): Promise<NewBoard> {
  const { server, token, voter, dataDir, ports, labels } = options;
  const directory = new FleetDirectory(dataDir);
  await directory.requireEmpty();
  const { node, address } = describeBoard(options, machine);

  const caPem = await authorityOfServer(server, token.caSha256);
  const { keyPem, csrPem } = await createKeyAndCsr(node);
  const role = voter ? ({ role: "voter", voterId: newVoterId(node) } as const) : ({ role: "board" } as const);
  const request: JoinRequest = { token: formatTokenCredential(token), node, csrPem, address, ...role };
  const answer = await askToJoin(server, caPem, request);
  requireOwnCertificate(answer, caPem, keyPem);

  await directory.write({
    identity: {
      formatVersion: 1,
      fleet: answer.fleet,
      node,
      ...(role.role === "voter" ? { voterId: role.voterId } : {}),
      address,
      ports,
      podCidr: answer.podCidr ?? defaultPodCidr,
      ...(answer.sharedBroker !== undefined && { sharedBroker: answer.sharedBroker }),
      ...(labels !== undefined && { labels }),
      voters: answer.voters,
      members: voter ? parseMembers(answer.members) : [],
      bootstrap: false,
    },
    pki: { caPem, certificatePem: `${answer.certificatePem.trim()}\n${caPem}`, keyPem },
    encryptionKeys: answer.encryptionKeys,
  });
  return { fleet: answer.fleet, node, address, voter };
}

async function askToJoin(server: string, caPem: string, body: JoinRequest): Promise<JoinAnswer> {
  const transport = new HttpsTransport({ server, caPem });
  try {
    const reply = await transport.request({ method: "POST", path: joinPath, body });
    if (reply.status >= 400) throw refused(ApiError.fromReply(reply.status, reply.body), body.node);
    const answer = joinAnswerSchema.safeParse(reply.body);
    if (answer.success) return answer.data;
    throw new UsageError(`${server} gave an answer that this version does not understand: use the fleet's version`);
  } finally {
    transport.close();
  }
}

function refused(cause: ApiError, node: string): UsageError {
  const { code, message } = cause;
  switch (code) {
    case 401:
      return new UsageError(
        "the token is not known to the fleet or has expired: make a new one with `bramble token create`",
        { cause },
      );
    case 403:
      return new UsageError(
        `the token does not allow this (${message}): for a voter use \`bramble token create --voter\``,
        { cause },
      );
    case 409:
      return new UsageError(`the fleet has a board named ${node} already (${message}): choose another with --name`, {
        cause,
      });
    default:
      return code >= 500 || code === 429
        ? new UsageError(`the fleet cannot take the board in just now (${message}): try again in a minute`)
        : new UsageError(`the fleet refuses the board: ${message}`);
  }
}

/** What is stored must work: a certificate for another key, or by another CA, would fail at every start. */
function requireOwnCertificate({ certificatePem }: JoinAnswer, caPem: string, keyPem: string): void {
  if (isCertificateOf(certificatePem, { caPem, keyPem })) return;
  throw new UsageError("the fleet answered with a certificate that is not this board's: try again with another voter");
}
