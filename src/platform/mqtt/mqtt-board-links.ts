import { type BoardLinks, type DownKind, type UpKind, upKinds } from "../../api/board-link.ts";
import type { BoardStreamCarrier } from "../../api/board-streams/stream-carriers.ts";
import type { BoardTelemetryCarrier } from "../../api/telemetry/carriers.ts";
import type { ControlBroker } from "./control-broker.ts";
import { streamKind, telemetryKind } from "./topics.ts";

/** The voter's end of its boards' links, on its own broker. */
export class MqttBoardLinks implements BoardLinks, BoardStreamCarrier, BoardTelemetryCarrier {
  readonly #broker: ControlBroker;

  constructor(broker: ControlBroker) {
    this.#broker = broker;
  }

  get connected(): ReadonlySet<string> {
    return this.#broker.boards.names;
  }

  send(node: string, kind: DownKind, payload: Uint8Array): void {
    this.#broker.boards.send(node, kind, payload);
  }

  sendStream(node: string, message: Uint8Array): void {
    this.#broker.boards.send(node, streamKind, message);
  }

  onStream(handler: (node: string, message: Uint8Array) => void): void {
    this.#broker.onBoardMessage((node, kind, payload) => {
      if (kind === streamKind) handler(node, payload);
    });
  }

  onTelemetry(handler: (node: string, payload: Uint8Array) => void): void {
    this.#broker.onBoardMessage((node, kind, payload) => {
      if (kind === telemetryKind) handler(node, payload);
    });
  }

  onWill(handler: (node: string) => void): void {
    this.#broker.onBoardWill(handler);
  }

  onArrival(handler: (node: string) => void): void {
    this.#broker.boards.onArrival(handler);
  }

  onMessage(handler: (node: string, kind: UpKind, payload: Uint8Array) => void): void {
    this.#broker.onBoardMessage((node, text, payload) => {
      const kind = upKinds.find((known) => known === text);
      // A newer board may report more than this voter understands.
      if (kind !== undefined) handler(node, kind, payload);
    });
  }

  onPresence(handler: (node: string, connected: boolean) => void): void {
    this.#broker.boards.onPresence(handler);
  }
}
