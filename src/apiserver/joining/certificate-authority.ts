import { ApiError } from "../../api/api-error.ts";
import { TerminalError } from "../../lib/errors.ts";
import type { VoterId } from "../../replication/ports.ts";

/** The fleet's certificate authority, as joining needs it. */
export interface CertificateAuthority {
  readonly caPem: string;
  /**
   * Certifies the request's key for exactly the given names, whatever the request asks for.
   * Throws `TerminalError` where `csrPem` is no request that its own key has signed.
   */
  signBoard(request: {
    readonly csrPem: string;
    readonly fleet: string;
    readonly node: string;
    readonly address: string;
    readonly voter?: VoterId;
  }): Promise<string>;
}

/** Throws `ApiError` (400) where what was to be signed is no request that its own key has signed. */
export async function signOrRefuse(sign: () => Promise<string>): Promise<string> {
  try {
    return await sign();
  } catch (thrown) {
    if (thrown instanceof TerminalError) throw ApiError.badRequest(thrown.message);
    throw thrown;
  }
}
