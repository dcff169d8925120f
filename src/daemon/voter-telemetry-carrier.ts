import type { VoterTelemetryCarrier } from "../api/telemetry/carriers.ts";
import type { ReplicatedStore, VoterId, VoterTransport } from "../replication/ports.ts";

/** What boards measured, beside consensus on the links between voters; of the fleet's own members alone. */
export function voterTelemetryCarrier(
  self: VoterId,
  transport: Pick<VoterTransport, "send" | "onMessage" | "onEnded">,
  store: Pick<ReplicatedStore, "members">,
): VoterTelemetryCarrier {
  return {
    sendToOthers(payload) {
      for (const { id } of store.members) if (id !== self) transport.send(id, "telemetry", payload);
    },
    onMessage(handler) {
      transport.onMessage((from, channel, payload) => {
        if (channel === "telemetry" && store.members.some(({ id }) => id === from)) handler(from, payload);
      });
    },
    onEnded: (handler) => transport.onEnded(handler),
  };
}
