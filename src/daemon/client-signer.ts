/** The fleet's CA as the signer of people's certificates: its key is read for each signature and not kept. */
import type { ClientSigner } from "../controllers/certificate-signer/reconcile.ts";
import type { Clock } from "../lib/clock.ts";
import type { ReplicatedStore } from "../replication/ports.ts";
import { openStoredAuthority } from "./fleet-key.ts";

/** For whoever leads. */
export function clientSigner(store: ReplicatedStore, caPem: string, clock: Clock): ClientSigner {
  return {
    async sign(request, lifetimeSeconds) {
      const authority = await openStoredAuthority(store, caPem, clock);
      const csrPem = Buffer.from(request, "base64").toString();
      return Buffer.from(await authority.signClient({ csrPem, lifetimeSeconds })).toString("base64");
    },
  };
}
