/** The streams that pass through this voter: each under the opener's number on one side and its own on the other. */
import { silentMsMax } from "../../api/board-streams/stream-endpoint.ts";
import { unavailable } from "../../api/board-streams/stream-failures.ts";
import { encodeFrame, type FrameHeader } from "../../api/board-streams/stream-frame.ts";
import { type RelayOptions, StreamRelay } from "./stream-relay.ts";

const relaysMax = 128;

export class StreamRelays {
  readonly #byBoardId = new Map<number, StreamRelay>();
  readonly #byVoterId = new Map<string, StreamRelay>();

  get size(): number {
    return this.#byVoterId.size;
  }

  get isFull(): boolean {
    return this.size >= relaysMax;
  }

  /** `message` is the opener's first. */
  open(options: RelayOptions, message: Uint8Array): void {
    const older = this.#byVoterId.get(voterKey(options.voter, options.voterId));
    if (older !== undefined) this.#leave(older);
    const relay = new StreamRelay(options, () => this.#forget(relay));
    this.#byBoardId.set(options.boardId, relay);
    this.#byVoterId.set(voterKey(options.voter, options.voterId), relay);
    relay.fromVoter(message);
  }

  /** Whether the frame is of a stream that passes through here. */
  takeFromBoard(node: string, message: Uint8Array, header: FrameHeader): boolean {
    const relay = this.#byBoardId.get(header.id);
    if (relay?.options.node !== node) return false;
    if (!relay.fromBoard(message, header)) this.#break(relay, `board ${node}`);
    else if (header.type === "end") this.#byBoardId.delete(header.id);
    return true;
  }

  takeFromVoter(voter: string, message: Uint8Array, header: FrameHeader): boolean {
    const relay = this.#byVoterId.get(voterKey(voter, header.id));
    if (relay === undefined) return false;
    if (!relay.fromVoter(message)) this.#break(relay, `voter ${voter}`);
    else if (header.type === "close") this.#forget(relay);
    return true;
  }

  /** The board's connection here is gone, and its streams with it. */
  endOf(node: string): void {
    for (const relay of this.#byBoardId.values()) {
      if (relay.options.node !== node) continue;
      relay.clearDown();
      this.#byBoardId.delete(relay.options.boardId);
      relay.endUp(unavailable(`board ${node} lost its connection`));
    }
  }

  /** Forgets those whose ends have both fallen silent. */
  tick(nowMs: number): void {
    for (const relay of this.#byVoterId.values()) if (nowMs - relay.heardMs > 2 * silentMsMax) this.#leave(relay);
  }

  #break(relay: StreamRelay, who: string): void {
    const message = `${who} sent more than it may`;
    this.#tellBoard(relay);
    relay.endUp({ type: "failed", reason: "Internal", message });
  }

  /** Nobody is interested in it any more. */
  #leave(relay: StreamRelay): void {
    this.#tellBoard(relay);
    this.#forget(relay);
  }

  #tellBoard(relay: StreamRelay): void {
    relay.clearDown();
    relay.fromVoter(encodeFrame({ id: relay.options.boardId, isFromBoard: false, sequence: 0 }, { type: "close" }));
    this.#byBoardId.delete(relay.options.boardId);
  }

  #forget(relay: StreamRelay): void {
    const { boardId, voter, voterId } = relay.options;
    this.#byBoardId.delete(boardId);
    if (this.#byVoterId.get(voterKey(voter, voterId)) === relay) this.#byVoterId.delete(voterKey(voter, voterId));
  }
}

function voterKey(voter: string, id: number): string {
  return `${voter}/${id}`;
}
