import { ApiError } from "../api/api-error.ts";
import { UsageError } from "../lib/errors.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";
import type { Board } from "./board.ts";

/**
 * Asks the voters, one after the other, in the board's own name, and returns the first answer. `brokers` are theirs,
 * `10.99.0.2:8883`. A refusal that any other voter would repeat ends the asking; otherwise the last one's is thrown.
 */
export async function askVoters(
  { identity, credentials }: Pick<Board, "identity" | "credentials">,
  brokers: readonly string[],
  { path, body }: { readonly path: string; readonly body: unknown },
  signal: AbortSignal,
): Promise<unknown> {
  let refusal: unknown = new UsageError("no other voter is known: restore a snapshot with `bramble snapshot restore`");
  for (const broker of brokers) {
    const server = `${broker.slice(0, broker.lastIndexOf(":"))}:${identity.ports.api}`;
    const transport = new HttpsTransport({ server, ...credentials.current });
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

/** The fleet does not want this of the board, whoever is asked. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.code === 403;
}
