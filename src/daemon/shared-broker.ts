import { readFile } from "node:fs/promises";
import type { SharedBroker } from "../api/join-exchange.ts";
import type { InitOptions } from "../cli/cli-actions.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import { type Endpoint, parseEndpoint } from "../platform/mqtt/endpoint.ts";
import type { TlsCredentials } from "../platform/mqtt/tls-credentials.ts";
import type { Board } from "./board.ts";

/** What a link to the fleet's shared broker needs; undefined where the voters have brokers of their own. */
export function sharedBrokerOf({
  identity,
  credentials,
}: Board):
  | { readonly broker: Endpoint; readonly fleetCaPem: string; readonly credentials: () => TlsCredentials }
  | undefined {
  const { sharedBroker } = identity;
  if (sharedBroker === undefined) return undefined;
  const broker = parseEndpoint(sharedBroker.url.slice("mqtts://".length));
  if (broker === undefined) throw new UsageError(`identity.json: ${sharedBroker.url} is not where a broker listens`);
  // The broker may be the site's, with a certificate of the site's own CA; voters are the fleet's all the same.
  const { caPem } = credentials.current;
  const forBroker = (): TlsCredentials => ({ ...credentials.current, caPem: sharedBroker.caPem ?? caPem });
  let shown = forBroker();
  credentials.onChange(() => {
    shown = forBroker();
  });
  return { broker, fleetCaPem: caPem, credentials: () => shown };
}

/** Throws `UsageError` where the CA's file cannot be read or holds no certificate. */
export async function readSharedBroker({ mqtt }: Pick<InitOptions, "mqtt">): Promise<SharedBroker | undefined> {
  if (mqtt === undefined) return undefined;
  const { url, caFile } = mqtt;
  if (caFile === undefined) return { url };
  try {
    const caPem = await readFile(caFile, "utf8");
    if (!caPem.includes("-----BEGIN CERTIFICATE-----")) throw new UsageError("it holds no certificate");
    return { url, caPem };
  } catch (cause) {
    throw new UsageError(`--mqtt-ca ${caFile} cannot be used (${messageOf(cause)}): give the broker's CA as PEM`, {
      cause,
    });
  }
}
