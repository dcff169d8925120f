/**
 * Renews the board's certificate in its last third, while everything goes on under it: a voter signs its own, with the
 * CA's key that it holds, so that a fleet that lay in a drawer for years needs nobody; other boards ask a voter.
 */
import { X509Certificate } from "node:crypto";
import { backoffMs } from "../lib/backoff.ts";
import { delay } from "../lib/clock.ts";
import { messageOf, OperationalError } from "../lib/errors.ts";
import { isCertificateOf } from "../platform/pki/board-key.ts";
import { renewalDueMs } from "../platform/pki/renewal.ts";
import type { Board } from "./board.ts";
import type { VoterSeat } from "./voter-seat.ts";

/** The clock may be set by years at any moment, which no timer notices. */
const lookEveryMs = 60_000;
/** A board that has ended its time offline should not wait long, and need not be quick. */
const retry = { delayMsMin: 2_000, delayMsMax: 15 * 60_000 };

export interface CertificateParts {
  readonly board: Pick<Board, "credentials" | "directory" | "surroundings">;
  readonly seat: Pick<VoterSeat, "identity" | "authority">;
  /** Control brokers of the voters. */
  readonly voters: () => readonly string[];
}

/** Resolves when the signal aborts; never rejects. */
export async function keepCertificates(parts: CertificateParts, signal: AbortSignal): Promise<void> {
  const { clock, random, log } = parts.board.surroundings;
  for (let failures = 0; !signal.aborted; ) {
    let waitMs = lookEveryMs;
    try {
      await renewWhatIsDue(parts, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      log.warn("the certificate is due and could not be renewed, trying again", { reason: messageOf(error) });
      waitMs = backoffMs(retry, failures, random);
      failures += 1;
    }
    await delay(clock, waitMs, signal).catch(() => {});
  }
}

async function renewWhatIsDue(parts: CertificateParts, signal: AbortSignal): Promise<void> {
  const { board, seat } = parts;
  const { credentials, directory, surroundings } = board;
  const { node, voterId } = seat.identity;
  const isDue = (certificatePem: string) =>
    renewalDueMs(Date.parse(new X509Certificate(certificatePem).validTo), node) <= surroundings.clock.nowMs();

  if (isDue(credentials.current.certificatePem)) {
    const pki = credentials.current;
    // Late: asked once a year, and large.
    const { nextCertificate } = await import("./renew-certificate.ts");
    const certificatePem = await nextCertificate(parts, signal);
    if (seat.identity.voterId !== voterId) throw new OperationalError("the board's seat has changed meanwhile");
    if (!isCertificateOf(certificatePem, pki)) throw new OperationalError("the new certificate is not this board's");
    const renewed = { ...pki, certificatePem: `${certificatePem.trim()}\n${pki.caPem}` };
    // To disk first: what is shown to others must still be there after a loss of power.
    await directory.replaceCertificate(renewed.certificatePem);
    credentials.replace(renewed);
    const until = new Date(new X509Certificate(certificatePem).validTo).toISOString();
    surroundings.log.info("certificate renewed", { until });
  }
  if (voterId === undefined || !(await directory.hasAdminKubeconfig())) return;
  const { renewAdministrator } = await import("./renew-certificate.ts");
  await renewAdministrator(parts, isDue);
}
