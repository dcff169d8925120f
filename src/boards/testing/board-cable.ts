/** Boards and voters joined without a broker: messages arrive later, in order, and only while the cable is plugged in. */
import type { AgentLink, BoardLinks, DownKind, UpKind } from "../../api/board-link.ts";

type UpHandler = (node: string, kind: UpKind, payload: Uint8Array) => void;
type PresenceHandler = (node: string, connected: boolean) => void;

/** A voter's end. */
export class VoterSocket implements BoardLinks {
  readonly connected = new Set<string>();
  readonly #cables = new Map<string, BoardCable>();
  readonly #upHandlers: UpHandler[] = [];
  readonly #presenceHandlers: PresenceHandler[] = [];
  /** What was sent down, as text, for tests that count. */
  readonly sent: string[] = [];

  send(node: string, kind: DownKind, payload: Uint8Array): void {
    this.sent.push(`${node} ${kind} ${new TextDecoder().decode(payload)}`);
    this.#cables.get(node)?.deliver(kind, payload);
  }

  onMessage(handler: UpHandler): void {
    this.#upHandlers.push(handler);
  }

  onPresence(handler: PresenceHandler): void {
    this.#presenceHandlers.push(handler);
  }

  plug(cable: BoardCable): void {
    this.connected.add(cable.node);
    this.#cables.set(cable.node, cable);
    for (const handler of this.#presenceHandlers) handler(cable.node, true);
  }

  unplug(node: string): void {
    this.connected.delete(node);
    this.#cables.delete(node);
    for (const handler of this.#presenceHandlers) handler(node, false);
  }

  receive(node: string, kind: UpKind, payload: Uint8Array): void {
    for (const handler of this.#upHandlers) handler(node, kind, payload);
  }
}

/** A board's end. */
export class BoardCable implements AgentLink {
  readonly node: string;
  #voter: VoterSocket | undefined;
  readonly #downHandlers: ((kind: DownKind, payload: Uint8Array) => void)[] = [];
  readonly #connectionHandlers: ((connected: boolean) => void)[] = [];

  constructor(node: string) {
    this.node = node;
  }

  plugInto(voter: VoterSocket): void {
    this.#voter = voter;
    voter.plug(this);
    for (const handler of this.#connectionHandlers) handler(true);
  }

  unplug(): void {
    this.#voter?.unplug(this.node);
    this.#voter = undefined;
    for (const handler of this.#connectionHandlers) handler(false);
  }

  async send(kind: UpKind, payload: Uint8Array): Promise<void> {
    const voter = this.#voter;
    if (voter === undefined) throw new Error("unplugged");
    queueMicrotask(() => {
      if (this.#voter === voter) voter.receive(this.node, kind, payload);
    });
  }

  deliver(kind: DownKind, payload: Uint8Array): void {
    const voter = this.#voter;
    queueMicrotask(() => {
      if (this.#voter === voter) for (const handler of this.#downHandlers) handler(kind, payload);
    });
  }

  onMessage(handler: (kind: DownKind, payload: Uint8Array) => void): void {
    this.#downHandlers.push(handler);
  }

  onConnection(handler: (connected: boolean) => void): void {
    this.#connectionHandlers.push(handler);
  }

  setVoters(): void {}
}
