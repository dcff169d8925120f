/** The streams that pass through this voter: each under the opener's number on one side and its own on the other. */
import { silentMsMax, unavailable } from "../../api/board-streams/stream-endpoint.ts";
import { encodeFrame, type FrameHeader } from "../../api/board-streams/stream-frame.ts";
import { type RelayOptions, StreamRelay } from "./stream-relay.ts";

const relaysMax = 128;

export class StreamRelays {
  readonly #byBoardId = new Map<number, StreamRelay>();
  readonly #byVoterId = new Map<string, StreamRelay>();

  get size(): number {
    return this.#byBoardId.size;
  }

  get isFull(): boolean {
    return this.size >= relaysMax;
  }

  /** `message` is the opener's first. */
  open(options: RelayOptions, message: Uint8Array): void {
    const older = this.#byVoterId.get(voterKey(options.voter, options.voterId));
    if (older !== undefined) this.#leave(older);
    const relay = new StreamRelay(options);
    this.#byBoardId.set(options.boardId, relay);
    this.#byVoterId.set(voterKey(options.voter, options.voterId), relay);
    relay.fromVoter(message);
  }

  /** Whether the frame is of a stream that passes through here. */
  takeFromBoard(node: string, message: Uint8Array, header: FrameHeader): boolean {
    const relay = this.#byBoardId.get(header.id);
    if (relay?.options.node !== node) return false;
    if (!relay.fromBoard(message, header)) this.#break(relay, `board ${node}`);
    else if (header.type === "end") this.#remove(relay);
    return true;
  }

  takeFromVoter(voter: string, message: Uint8Array, header: FrameHeader): boolean {
    const relay = this.#byVoterId.get(voterKey(voter, header.id));
    if (relay === undefined) return false;
    if (!relay.fromVoter(message)) this.#break(relay, `voter ${voter}`);
    else if (header.type === "close") this.#remove(relay);
    return true;
  }

  /** The board's connection here is gone, and its streams with it. */
  endOf(node: string): void {
    for (const relay of this.#byBoardId.values()) {
      if (relay.options.node !== node) continue;
      relay.clearDown();
      relay.endUp(unavailable(`board ${node} lost its connection`));
      this.#remove(relay);
    }
  }

  /** Forgets those whose ends have both fallen silent. */
  tick(nowMs: number): void {
    for (const relay of this.#byBoardId.values()) if (nowMs - relay.heardMs > 2 * silentMsMax) this.#leave(relay);
  }

  #break(relay: StreamRelay, who: string): void {
    const message = `${who} sent more than it may`;
    relay.endUp({ type: "failed", reason: "Internal", message });
    this.#leave(relay);
  }

  /** Tells the board that nobody is interested any more. */
  #leave(relay: StreamRelay): void {
    relay.clearDown();
    relay.fromVoter(encodeFrame({ id: relay.options.boardId, isFromBoard: false, sequence: 0 }, { type: "close" }));
    this.#remove(relay);
  }

  #remove(relay: StreamRelay): void {
    this.#byBoardId.delete(relay.options.boardId);
    this.#byVoterId.delete(voterKey(relay.options.voter, relay.options.voterId));
  }
}

function voterKey(voter: string, id: number): string {
  return `${voter}/${id}`;
}
