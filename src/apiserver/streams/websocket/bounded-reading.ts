/** Stops and resumes reading of a WebSocket by what waits to be read of it. */
import type { WebSocket } from "ws";
import type { Clock } from "../../../lib/clock.ts";
import { probe } from "../probe.ts";

export class BoundedReading {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #bytesMax: number;
  #unreadBytes = 0;
  #endProbe: (() => void) | undefined;

  constructor(socket: WebSocket, clock: Clock, bytesMax: number) {
    this.#socket = socket;
    this.#clock = clock;
    this.#bytesMax = bytesMax;
    socket.on("close", () => this.#endProbe?.());
  }

  arrived(cost: number): void {
    this.#unreadBytes += cost;
    if (this.#unreadBytes < this.#bytesMax || this.#endProbe !== undefined) return;
    this.#socket.pause();
    this.#endProbe = probe(this.#clock, () => this.#socket.ping(undefined, undefined, this.#probed));
  }

  taken(cost: number): void {
    this.#unreadBytes -= cost;
    if (this.#unreadBytes >= this.#bytesMax || this.#endProbe === undefined) return;
    this.#endProbe();
    this.#endProbe = undefined;
    this.#socket.resume();
  }

  readonly #probed = (error?: Error | null) => {
    if (error !== undefined && error !== null) this.#socket.terminate();
  };
}
