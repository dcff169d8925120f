import type { VoterStreamCarrier } from "../api/board-streams/stream-carriers.ts";
import type { ReplicatedStore, VoterId, VoterTransport } from "../replication/ports.ts";

/** Streams beside consensus, on the links between voters; of the fleet's own members alone. */
export function voterStreamCarrier(
  self: VoterId,
  transport: Pick<VoterTransport, "send" | "onMessage">,
  store: Pick<ReplicatedStore, "members">,
): VoterStreamCarrier {
  const idOf = (name: string) => store.members.find(({ id }) => id === name)?.id;
  return {
    get others() {
      return store.members.map(({ id }) => id).filter((id) => id !== self);
    },
    send(to, message) {
      const id = idOf(to);
      if (id !== undefined) transport.send(id, "stream", message);
    },
    onMessage(handler) {
      transport.onMessage((from, channel, payload) => {
        if (channel === "stream" && idOf(from) !== undefined) handler(from, payload);
      });
    },
  };
}
