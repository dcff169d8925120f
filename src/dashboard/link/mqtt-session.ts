/** One connection to a voter's telemetry broker, from its first packet to its end. It only ever listens. */
import type { RawMessage } from "../state/read-message.ts";
import {
  connectPacket,
  disconnectPacket,
  type Incoming,
  PacketReader,
  pingPacket,
  subscribePacket,
} from "./mqtt-packets.ts";

export type SessionEnd =
  /** The broker takes this token for nobody's. */
  | { readonly type: "refused" }
  /** It could not be reached, fell silent or went away. */
  | { readonly type: "lost"; readonly reason: string };

export interface SessionEvents {
  /** The broker has taken us. */
  onReady(): void;
  onMessage(message: RawMessage): void;
  /** Called once, last. */
  onEnd(end: SessionEnd): void;
}

const connectMsMax = 10_000;
const keepAliveSeconds = 20;
const badCredentials = 4;
const notAuthorized = 5;
const refusedFilter = 0x80;

export class MqttSession {
  readonly #socket: WebSocket;
  readonly #events: SessionEvents;
  readonly #reader = new PacketReader();
  readonly #answers = new Map<number, (codes: readonly number[]) => void>();
  #nextId = 1;
  #timer: number;
  #isAnswered = true;
  #hasEnded = false;

  constructor(url: string, token: string, events: SessionEvents) {
    this.#events = events;
    this.#socket = new WebSocket(url, "mqtt");
    this.#socket.binaryType = "arraybuffer";
    this.#timer = window.setTimeout(() => this.#end({ type: "lost", reason: "no answer" }), connectMsMax);
    this.#socket.onopen = () => {
      const clientId = `dashboard-${crypto.randomUUID()}`;
      this.#send(connectPacket({ clientId, user: "dashboard", password: token, keepAliveSeconds }));
    };
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = () => this.#end({ type: "lost", reason: "the connection was closed" });
  }

  /** Resolves with the filters that were refused; never where the session ends before the answer. */
  subscribe(filters: readonly string[]): Promise<readonly string[]> {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#send(subscribePacket(id, filters));
    return new Promise((resolve) => {
      this.#answers.set(id, (codes) => resolve(filters.filter((_, index) => codes[index] === refusedFilter)));
    });
  }

  close(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    window.clearTimeout(this.#timer);
    this.#send(disconnectPacket());
    this.#socket.close();
  }

  #receive(data: unknown): void {
    if (this.#hasEnded || !(data instanceof ArrayBuffer)) return;
    try {
      for (const packet of this.#reader.read(new Uint8Array(data))) this.#take(packet);
    } catch (error) {
      this.#end({ type: "lost", reason: String(error) });
    }
  }

  #take(packet: Incoming): void {
    switch (packet.type) {
      case "connack":
        if (packet.code === badCredentials || packet.code === notAuthorized) this.#end({ type: "refused" });
        else if (packet.code !== 0) this.#end({ type: "lost", reason: `the broker answered with code ${packet.code}` });
        else this.#begin();
        return;
      case "publish":
        this.#events.onMessage(packet);
        return;
      case "suback":
        this.#answers.get(packet.id)?.(packet.codes);
        this.#answers.delete(packet.id);
        return;
      case "pingresp":
        this.#isAnswered = true;
        return;
      case "other":
        return;
    }
  }

  #begin(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setInterval(() => this.#ping(), (keepAliveSeconds / 2) * 1000);
    this.#events.onReady();
  }

  #ping(): void {
    if (!this.#isAnswered) {
      this.#end({ type: "lost", reason: "the voter does not answer" });
      return;
    }
    this.#isAnswered = false;
    this.#send(pingPacket());
  }

  #send(packet: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(packet);
  }

  #end(end: SessionEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    window.clearTimeout(this.#timer);
    this.#socket.close();
    this.#events.onEnd(end);
  }
}
