/** Who may read the public topics: asked by the broker, answered by whoever knows tokens and roles. */
import type { Identity } from "../exchange.ts";

export interface TelemetryGate {
  /** Whose token this is; undefined for one that is not, or no longer, good. */
  ofToken(token: string): Promise<Identity | undefined>;
  /** Whether all that the filter fits may be heard. */
  mayHear(identity: Identity, filter: string): Promise<boolean>;
}
