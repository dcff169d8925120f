/** Which of Kubernetes' protocols a SPDY session carries, as its client's headers offer them. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { refusal } from "../board-refusal.ts";
import { acceptUpgrade } from "../upgrade-answer.ts";

const protocolHeader = "x-stream-protocol-version";

/** The client's first that is among `served`; the last of these for clients that name none. Throws `ApiError` (403). */
export function negotiateSpdy<P extends string>(request: IncomingMessage, served: readonly [P, ...P[]]): P {
  const offered = offeredProtocols(request);
  const chosen = offered.map((offer) => served.find((each) => each === offer)).find((each) => each !== undefined);
  if (chosen !== undefined) return chosen;
  if (offered.length === 0) return served.at(-1) ?? served[0];
  const accepted = served.join(" ");
  throw refusal(
    403,
    "Forbidden",
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${accepted}]`,
  );
}

export function acceptSpdy(request: IncomingMessage, socket: Socket, protocol: string): void {
  const isOffered = offeredProtocols(request).length > 0;
  acceptUpgrade(socket, { Upgrade: "SPDY/3.1", ...(isOffered && { "X-Stream-Protocol-Version": protocol }) });
}

/** Clients repeat the header, or name several in one. */
function offeredProtocols({ headersDistinct }: IncomingMessage): readonly string[] {
  const lines = headersDistinct[protocolHeader] ?? [];
  return lines
    .flatMap((line) => line.split(","))
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
