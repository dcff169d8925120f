/** A port on loopback that leads to another, and can be frozen or shut: a link's faults without touching its ends. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { address } from "./test-fleet.ts";

export class Door {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<readonly [Socket, Socket]>;
  readonly #state: { shut: boolean };

  static async open(leadsTo: number): Promise<Door> {
    const pairs = new Set<readonly [Socket, Socket]>();
    const state = { shut: false };
    const server = createServer((near) => {
      near.on("error", () => {});
      if (state.shut) {
        near.destroy();
        return;
      }
      const far = connect(leadsTo, address);
      const pair = [near, far] as const;
      pairs.add(pair);
      far.on("error", () => {});
      near.once("close", () => far.destroy());
      far.once("close", () => {
        near.destroy();
        pairs.delete(pair);
      });
      near.pipe(far).pipe(near);
    });
    await once(server.listen(0, address), "listening");
    const bound = server.address();
    return new Door(server, typeof bound === "object" && bound !== null ? bound.port : 0, pairs, state);
  }

  private constructor(server: Server, port: number, pairs: Set<readonly [Socket, Socket]>, state: { shut: boolean }) {
    this.#server = server;
    this.port = port;
    this.#pairs = pairs;
    this.#state = state;
  }

  /** Nothing that is sent through it is read any more, while every connection stands. */
  freeze(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      near.pause();
    }
  }

  thaw(): void {
    for (const [near, far] of this.#pairs) near.pipe(far);
  }

  /** Every connection is reset, and new ones end at once. */
  shut(): void {
    this.#state.shut = true;
    for (const [near] of this.#pairs) near.resetAndDestroy();
  }

  reopen(): void {
    this.#state.shut = false;
  }

  close(): void {
    this.shut();
    this.#server.close();
  }
}
