/** How a board comes by its next certificate, and a founding voter's administrator by his. */
import { renewAnswerSchema, renewPath } from "../api/operations-exchange.ts";
import { messageOf } from "../lib/errors.ts";
import { readKubeconfig, writeKubeconfig } from "../platform/host/kubeconfig.ts";
import { homeOrder } from "../platform/mqtt/home-order.ts";
import { csrOfKey } from "../platform/pki/board-key.ts";
import { askVoters } from "./ask-voters.ts";
import type { CertificateParts } from "./keep-certificates.ts";

/** Signed by this board where it can, otherwise by a voter that it asks; without the CA's. */
export async function nextCertificate({ board, seat, voters }: CertificateParts, signal: AbortSignal): Promise<string> {
  const { identity } = seat;
  const { fleet, node, address, voterId } = identity;
  const csrPem = await csrOfKey(node, board.credentials.current.keyPem);
  const authority = await ownAuthority({ board, seat });
  if (authority !== undefined) {
    return authority.signBoard({ csrPem, fleet, node, address, ...(voterId !== undefined && { voter: voterId }) });
  }
  const brokers = homeOrder(node, voters());
  const answer = await askVoters(
    { ...board, identity },
    brokers,
    { path: renewPath, body: { address, csrPem } },
    signal,
  );
  return renewAnswerSchema.parse(answer).certificatePem;
}

/** A voter that has no state yet asks the others as any board does. */
async function ownAuthority({ board, seat }: Pick<CertificateParts, "board" | "seat">) {
  try {
    return await seat.authority();
  } catch (error) {
    board.surroundings.log.debug("the CA's key is not at hand", { reason: messageOf(error) });
    return undefined;
  }
}

/** The founding voter's kubeconfig, which the `bramble` command uses and people copy from. */
export async function renewAdministrator(
  { board: { directory }, seat }: CertificateParts,
  isDue: (certificatePem: string) => boolean,
): Promise<void> {
  const text = await directory.readAdminKubeconfig();
  if (text === undefined) return;
  const { certificatePem, ...place } = readKubeconfig(text, directory.adminKubeconfigPath);
  if (certificatePem === undefined || !isDue(certificatePem)) return;
  const authority = await seat.authority();
  if (authority === undefined) return;
  await directory.replaceAdminKubeconfig(writeKubeconfig({ ...place, ...(await authority.signAdmin()) }));
}
