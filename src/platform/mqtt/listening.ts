/** Takes a port for a broker, or says in words what keeps it from that. */
import type { AddressInfo, Server } from "node:net";
import { UsageError } from "../../lib/errors.ts";

export interface ListenPlace {
  readonly address: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** `option` is what chooses another port. Throws `UsageError` where the port is taken or the address is not this board's. */
export function listening(server: Server, { address, port }: ListenPlace, option: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") {
        const text = `port ${port} on ${address} is taken: stop what listens there (ss -ltnp 'sport = :${port}'), or choose another with ${option}`;
        reject(new UsageError(text, { cause: error }));
      } else if (error.code === "EADDRNOTAVAIL") {
        reject(new UsageError(`${address} is not an address of this board: choose one of its own with --address`));
      } else reject(error);
    };
    server.once("error", onError);
    server.listen(port, address, () => {
      server.off("error", onError);
      resolve();
    });
  });
}

/** The port that is listened on, or `otherwise` where none is. */
export function portOf(server: Server, otherwise: number): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : otherwise;
}
