/** A voter's boards on a shared broker: those that have made it their home and whose last will has not been read out. */
import { type BoardLinks, type DownKind, type UpKind, upKinds } from "../../../api/board-link.ts";
import type { BoardStreamCarrier } from "../../../api/board-streams/stream-carriers.ts";
import type { BoardTelemetryCarrier } from "../../../api/telemetry/carriers.ts";
import type { Clock } from "../../../lib/clock.ts";
import { streamKind, telemetryKind } from "../topics.ts";

/** Publishes at once or not at all. */
export type SendDown = (node: string, kind: DownKind | typeof streamKind, payload: Uint8Array) => void;

export class SharedBoards implements BoardLinks, BoardStreamCarrier, BoardTelemetryCarrier {
  readonly connected = new Set<string>();
  readonly #sendDown: SendDown;
  /** Here when the connection was lost, and not seen since it is back. */
  #unseen = new Set<string>();
  #cancelRecount = () => {};
  readonly #messageHandlers: ((node: string, kind: UpKind, payload: Uint8Array) => void)[] = [];
  readonly #streamHandlers: ((node: string, message: Uint8Array) => void)[] = [];
  readonly #telemetryHandlers: ((node: string, payload: Uint8Array) => void)[] = [];
  readonly #arrivalHandlers: ((node: string) => void)[] = [];
  readonly #presenceHandlers: ((node: string, connected: boolean) => void)[] = [];

  constructor(sendDown: SendDown) {
    this.#sendDown = sendDown;
  }

  send(node: string, kind: DownKind, payload: Uint8Array): void {
    if (this.connected.has(node)) this.#sendDown(node, kind, payload);
  }

  sendStream(node: string, message: Uint8Array): void {
    if (this.connected.has(node)) this.#sendDown(node, streamKind, message);
  }

  onStream(handler: (node: string, message: Uint8Array) => void): void {
    this.#streamHandlers.push(handler);
  }

  onTelemetry(handler: (node: string, payload: Uint8Array) => void): void {
    this.#telemetryHandlers.push(handler);
  }

  /** A board's last will withdraws its word that it is here, which is heard as its going. */
  onWill(): void {}

  onArrival(handler: (node: string) => void): void {
    this.#arrivalHandlers.push(handler);
  }

  onMessage(handler: (node: string, kind: UpKind, payload: Uint8Array) => void): void {
    this.#messageHandlers.push(handler);
  }

  onPresence(handler: (node: string, connected: boolean) => void): void {
    this.#presenceHandlers.push(handler);
  }

  /** The board has said where its home is, or that it is gone. */
  notePresence(node: string, isHere: boolean): void {
    if (isHere) {
      this.#unseen.delete(node);
      // Said once a connection, and told again to a voter that has a new one itself.
      for (const handler of this.#arrivalHandlers) handler(node);
    }
    if (isHere === this.connected.has(node)) return;
    if (isHere) this.connected.add(node);
    else this.connected.delete(node);
    for (const handler of this.#presenceHandlers) handler(node, isHere);
  }

  hear(node: string, text: string, payload: Uint8Array): void {
    if (text === streamKind && this.connected.has(node)) {
      for (const handler of this.#streamHandlers) handler(node, payload);
    }
    if (text === telemetryKind && this.connected.has(node)) {
      for (const handler of this.#telemetryHandlers) handler(node, payload);
    }
    const kind = upKinds.find((known) => known === text);
    // A newer board may report more than this voter understands.
    if (kind === undefined) return;
    // Between two topics MQTT promises no order: the greeting may overtake the word that the board is here.
    if (kind === "hello") {
      this.#unseen.delete(node);
      if (!this.connected.has(node)) this.notePresence(node, true);
    }
    if (!this.connected.has(node)) return;
    for (const handler of this.#messageHandlers) handler(node, kind, payload);
  }

  /**
   * This voter's own connection is back. While it was lost nobody could be heard, which says nothing about the boards:
   * those that have not shown themselves within `returnMs` are gone.
   */
  recount(clock: Clock, returnMs: number): void {
    this.#cancelRecount();
    this.#unseen = new Set(this.connected);
    this.#cancelRecount = clock.after(returnMs, () => {
      for (const node of this.#unseen) this.notePresence(node, false);
    });
  }

  close(): void {
    this.#cancelRecount();
  }
}
