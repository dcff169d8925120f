/** Gives a board its next certificate for the key that it has, by the certificate that it has. */
import { ApiError } from "../../api/api-error.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { type RenewAnswer, type RenewRequest, renewRequestSchema } from "../../api/operations-exchange.ts";
import { parseBody } from "../../api/parse-object.ts";
import { causesText } from "../../api/validation/cause.ts";
import { objectKey } from "../storage/object-key.ts";
import { boardRecordKey, parseBoardRecord, publicKeySha256, recordOf } from "./board-record.ts";
import { signOrRefuse } from "./certificate-authority.ts";
import type { CertifiedBoard } from "./certified-board.ts";
import type { JoinServiceOptions } from "./join-service.ts";

type RenewOptions = Pick<JoinServiceOptions, "store" | "openAuthority" | "fleet" | "clock" | "log">;

const forbiddenTo = { group: "", plural: "boards" };

/**
 * A certificate that has ended is good for this alone, and only while the fleet still knows the board: its name is still
 * its key's, and its Node is there. A board that was a voter stays one if it still is. Throws `ApiError`.
 */
export async function renew(options: RenewOptions, board: CertifiedBoard, body: unknown): Promise<RenewAnswer> {
  const { store, fleet, clock, log } = options;
  const { node, voterId, certificate } = board;
  const request = parseRequest(body);
  await store.readBarrier();
  await requireKnown(options, board, Date.parse(certificate.validTo) < clock.nowMs());
  const isStillVoter = store.members.some(({ id }) => id === voterId);
  const authority = await options.openAuthority();
  const certificatePem = await signOrRefuse(() =>
    authority.signBoard({
      csrPem: request.csrPem,
      fleet,
      node,
      address: request.address,
      ...(isStillVoter && voterId !== undefined && { voter: voterId }),
    }),
  );
  if (recordOf(certificatePem).publicKeySha256 !== publicKeySha256(certificate)) {
    throw ApiError.badRequest("the request is for another key than that of the board's certificate");
  }
  log.info("a board renewed its certificate", { node, voter: isStillVoter ? voterId : undefined });
  return { certificatePem };
}

function parseRequest(body: unknown): RenewRequest {
  const parsed = parseBody(renewRequestSchema, body);
  if (parsed.ok) return parsed.value;
  throw ApiError.badRequest(`the request is malformed: ${causesText(parsed.causes)}`);
}

async function requireKnown(
  { store: { reader } }: RenewOptions,
  { node, certificate }: CertifiedBoard,
  hasEnded: boolean,
): Promise<void> {
  const [record, registered] = await Promise.all([
    reader.get(boardRecordKey(node)),
    reader.get(objectKey(nodeResource, { name: node })),
  ]);
  if (record !== undefined && parseBoardRecord(record.value).publicKeySha256 !== publicKeySha256(certificate)) {
    throw ApiError.forbidden(forbiddenTo, node, "another board has this name by now: join under another one");
  }
  if (!hasEnded || registered !== undefined) return;
  throw ApiError.forbidden(
    forbiddenTo,
    node,
    "its certificate has ended and its Node was deleted: reset it, and join with a new token",
  );
}
