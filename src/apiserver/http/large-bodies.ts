/** Bodies that cost more than most: how many bytes of them are under way at a time, and that each is worked on alone. */
import type { IncomingMessage } from "node:http";
import { Turns } from "../../lib/turns.ts";
import type { InFlight } from "./in-flight.ts";

/** The largest body that is read. */
export const bodyBytesMax = 3 * 1024 * 1024;
const largeBytesMin = 64 * 1024;
/** Until a body is understood it costs ten times its size. */
const underWayBytesMax = 4 * bodyBytesMax;

export class LargeBodies {
  readonly #turns = new Turns();
  #underWayBytes = 0;

  /** What the request's body is held to; undefined for one that is small. */
  boundOf({ headers }: IncomingMessage): InFlight | undefined {
    const { "content-length": length, "transfer-encoding": coding } = headers;
    // One that does not say how large it is may be as large as any.
    const bytes = coding === undefined ? Math.min(Number(length ?? 0), bodyBytesMax) : bodyBytesMax;
    if (bytes < largeBytesMin) return undefined;
    return {
      enter: () => {
        if (this.#underWayBytes + bytes > underWayBytesMax) return undefined;
        this.#underWayBytes += bytes;
        return () => {
          this.#underWayBytes -= bytes;
        };
      },
    };
  }

  /** What `action` makes of the body, which must have arrived: whoever sends slowly would hold up all others. */
  async workOn<T>(body: Buffer, action: (body: Buffer) => Promise<T>): Promise<T> {
    if (body.length < largeBytesMin) return action(body);
    return this.#turns.run("", async () => {
      // Between two of them the event loop gets to what else there is, heartbeats first of all.
      await new Promise<void>((resolve) => setImmediate(resolve));
      return action(body);
    });
  }
}

/** Gives the memory back, where it is a large body's own: garbage beside V8's heap may grow to 64 MB before it is looked for. */
export function release({ buffer, length }: Buffer): void {
  if (length >= largeBytesMin && buffer.byteLength === length && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
