/** Links between voters that lose, delay, duplicate and reorder, and that can be cut in either direction. */
import type { Random } from "../../src/lib/random.ts";
import type { Member, VoterChannel, VoterId, VoterTransport } from "../../src/replication/ports.ts";
import type { VirtualTime } from "./virtual-time.ts";

type Handler = (from: VoterId, channel: VoterChannel, payload: Uint8Array) => void;

export interface LinkQuality {
  readonly lossShare: number;
  readonly duplicateShare: number;
  readonly delayMsMax: number;
}

export const goodLinks: LinkQuality = { lossShare: 0, duplicateShare: 0, delayMsMax: 3 };

/** Long enough for some elections. */
const stragglerDelayMsMax = 8_000;

export class FaultNetwork {
  quality: LinkQuality = goodLinks;
  /** Messages of which a second copy comes when everybody has gone on, as from a queue that somebody took up again. */
  stragglerShare = 0;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #handlers = new Map<VoterId, Handler>();
  readonly #endedHandlers = new Map<VoterId, (id: VoterId) => void>();
  readonly #cuts = new Set<string>();

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  /** Cuts one direction. */
  cut(from: VoterId, to: VoterId): void {
    this.#cuts.add(`${from}>${to}`);
  }

  healAll(): void {
    this.#cuts.clear();
  }

  /** The transport of one start of a voter, whose process may stand still. `disconnect` it when that start ends. */
  connect(id: VoterId, whenRunning: (action: () => void) => void): SimulatedTransport {
    const handlers: Handler[] = [];
    const handle: Handler = (...message) =>
      whenRunning(() => {
        for (const handler of handlers) handler(...message);
      });
    this.#handlers.set(id, handle);
    let known = new Set<VoterId>();
    return {
      send: (to, channel, payload) => {
        // Only whose address is known can be reached, as on a real network.
        if (this.#handlers.get(id) === handle && known.has(to)) this.#send(id, to, channel, Buffer.from(payload));
      },
      onMessage: (handler) => handlers.push(handler),
      onEnded: (handler) => {
        this.#endedHandlers.set(id, (ended) => whenRunning(() => this.#handlers.get(id) === handle && handler(ended)));
      },
      setMembers: (members: readonly Member[]) => {
        known = new Set(members.map((member) => member.id));
      },
      disconnect: () => {
        if (this.#handlers.get(id) === handle) this.#handlers.delete(id);
        this.sayEnded(id);
      },
    };
  }

  /** Some hear that this voter's process has ended, whether or not that is so. */
  sayEnded(id: VoterId): void {
    for (const [to, handle] of this.#endedHandlers) {
      if (to !== id && this.#random.below(2) === 0) this.#time.after(150 * this.#random.next(), () => handle(id));
    }
  }

  #send(from: VoterId, to: VoterId, channel: VoterChannel, payload: Uint8Array): void {
    const { lossShare, duplicateShare, delayMsMax } = this.quality;
    const deliver = () => this.#handlers.get(to)?.(from, channel, payload);
    // Nobody cuts off what is on the other side already.
    if (this.#random.next() < this.stragglerShare) this.#time.after(stragglerDelayMsMax * this.#random.next(), deliver);
    if (this.#cuts.has(`${from}>${to}`) || this.#random.next() < lossShare) return;
    const copies = this.#random.next() < duplicateShare ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#time.after(0.1 + delayMsMax * this.#random.next(), () => {
        if (!this.#cuts.has(`${from}>${to}`)) deliver();
      });
    }
  }
}

export interface SimulatedTransport extends VoterTransport {
  disconnect(): void;
}
