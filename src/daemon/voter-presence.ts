import type { PresenceChannel } from "../boards/presence/presence-reporter.ts";
import type { ReplicatedStore, VoterId, VoterTransport } from "../replication/ports.ts";

/** Presence beside consensus: to the leader on its own broker, to oneself without a detour. */
export class VoterPresence implements PresenceChannel {
  readonly #self: VoterId;
  readonly #transport: VoterTransport;
  readonly #store: ReplicatedStore;
  readonly #handlers: ((from: string, payload: Uint8Array) => void)[] = [];

  constructor(self: VoterId, transport: VoterTransport, store: ReplicatedStore) {
    this.#self = self;
    this.#transport = transport;
    this.#store = store;
    transport.onMessage((from, channel, payload) => {
      if (channel === "presence" && store.members.some(({ id }) => id === from)) this.#deliver(from, payload);
    });
  }

  sendToLeader(payload: Uint8Array): void {
    const { leadership } = this.#store;
    if (leadership.role === "leader") this.#deliver(this.#self, payload);
    else if (leadership.leader !== undefined) this.#transport.send(leadership.leader.id, "presence", payload);
  }

  onMessage(handler: (from: string, payload: Uint8Array) => void): void {
    this.#handlers.push(handler);
  }

  #deliver(from: VoterId, payload: Uint8Array): void {
    for (const handler of this.#handlers) handler(from, payload);
  }
}
