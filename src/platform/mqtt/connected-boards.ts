/** The boards whose connections end at this broker, one connection a board: the newest. */
import type { Client } from "aedes";
import type { Logger } from "../../lib/logger.ts";
import { unsentBytesMax } from "./link-limits.ts";
import { nodeTopic } from "./topics.ts";

export type PresenceHandler = (node: string, connected: boolean) => void;

export class ConnectedBoards {
  readonly #fleet: string;
  readonly #logger: Logger;
  readonly #clients = new Map<string, Client>();
  readonly #names = new Set<string>();
  readonly #presenceHandlers: PresenceHandler[] = [];
  readonly #arrivalHandlers: ((node: string) => void)[] = [];

  constructor(fleet: string, logger: Logger) {
    this.#fleet = fleet;
    this.#logger = logger;
  }

  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Told of every board that comes and goes; a board that replaces its own connection has not been away. */
  onPresence(handler: PresenceHandler): void {
    this.#presenceHandlers.push(handler);
  }

  /** Told of every new connection, in place of an older one or not. */
  onArrival(handler: (node: string) => void): void {
    this.#arrivalHandlers.push(handler);
  }

  isCurrent(node: string, client: Client): boolean {
    return this.#clients.get(node) === client;
  }

  /** Takes `client` for the board's connection until its socket closes or a newer one is added. */
  add(node: string, client: Client): void {
    const older = this.#clients.get(node);
    this.#clients.set(node, client);
    this.#names.add(node);
    // The socket, not the broker's own event: that one is lost when a connection is replaced while it is closing.
    client.conn.once("close", () => this.#remove(node, client));
    for (const handler of this.#arrivalHandlers) handler(node);
    if (older === undefined) this.#tell(node, true);
    else older.close();
    if (client.conn.destroyed) this.#remove(node, client);
  }

  /** Never waits: a board that is not here, or has left too much unread, is not told. */
  send(node: string, kind: string, payload: Uint8Array): void {
    const client = this.#clients.get(node);
    if (client === undefined) return;
    if (client.conn.writableLength > unsentBytesMax) {
      // It reads nothing; cut off, it comes back with a hello and is told what it missed.
      this.#logger.warn("board does not read, link cut", { node, unsentBytes: client.conn.writableLength });
      client.conn.destroy();
      return;
    }
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const topic = nodeTopic(this.#fleet, node, "down", kind);
    client.publish({ cmd: "publish", topic, payload: bytes, qos: 0, dup: false, retain: false }, () => {});
  }

  #remove(node: string, client: Client): void {
    if (!this.isCurrent(node, client)) return;
    this.#clients.delete(node);
    this.#names.delete(node);
    this.#tell(node, false);
  }

  #tell(node: string, connected: boolean): void {
    for (const handler of this.#presenceHandlers) handler(node, connected);
  }
}
