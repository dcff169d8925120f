/** Keeps the boards connected here in step with their slices: once whole, then change by change. */
import { createHash } from "node:crypto";
import type { BoardLinks, Hello, SliceMessage } from "../../api/board-link.ts";
import { sliceInventory } from "../../api/board-link.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { type Clock, delay } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Random } from "../../lib/random.ts";
import { planChange, planSlice, type Slice, type World } from "./plan.ts";

/** How long changes are gathered before they are sent: one decision often touches a board several times. */
const gatherMs = 10;
const waitForLeader = { delayMsMin: 200, delayMsMax: 5000 };

interface Session {
  readonly id: string;
  readonly ended: AbortController;
  /** Versions by key; undefined until the board has been answered. */
  sent: ReadonlyMap<string, string> | undefined;
  sequence: number;
}

export interface SliceSenderOptions {
  readonly links: Pick<BoardLinks, "send">;
  readonly world: World;
  /** Resolves once `world` shows every pod that was committed before the call: an older slice would end pods. */
  readonly refresh: (signal: AbortSignal) => Promise<void>;
  /** The time that boards may go by; see `FleetClock.sayableMs`. */
  readonly sayableMs?: () => number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export class SliceSender {
  readonly #options: SliceSenderOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #touched = new Set<string>();
  #cancelFlush: (() => void) | undefined;

  constructor(options: SliceSenderOptions) {
    this.#options = options;
  }

  /** The session that the board speaks in now. */
  session(board: string): string | undefined {
    return this.#sessions.get(board)?.id;
  }

  /** Begins the board's session in place of its last one, and answers when the state is fresh enough. */
  begin(board: string, hello: Hello): void {
    this.end(board);
    const session: Session = { id: hello.session, ended: new AbortController(), sent: undefined, sequence: 0 };
    this.#sessions.set(board, session);
    void this.#answer(board, session, hello.digest);
  }

  end(board: string): void {
    this.#sessions.get(board)?.ended.abort(new Error("the session ended"));
    this.#sessions.delete(board);
  }

  endAll(): void {
    for (const board of Array.from(this.#sessions.keys())) this.end(board);
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
  }

  /** The board's slice may have changed; undefined: every board's. */
  touch(board: string | undefined): void {
    if (board === undefined) for (const name of this.#sessions.keys()) this.#touched.add(name);
    else if (this.#sessions.has(board)) this.#touched.add(board);
    if (this.#touched.size === 0) return;
    this.#cancelFlush ??= this.#options.clock.after(gatherMs, () => {
      this.#cancelFlush = undefined;
      const boards = Array.from(this.#touched);
      this.#touched.clear();
      for (const name of boards) this.#sendChange(name);
    });
  }

  async #answer(board: string, session: Session, held: string): Promise<void> {
    const { clock, random, log, refresh, world } = this.#options;
    const { signal } = session.ended;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await refresh(signal);
        break;
      } catch (error) {
        if (signal.aborted) return;
        log.debug("board must wait for its slice", { board, reason: messageOf(error) });
        await delay(clock, backoffMs(waitForLeader, attempt, random), signal).catch(() => {});
      }
    }
    if (signal.aborted) return;
    const slice = planSlice(board, world);
    const digest = digestOf(slice);
    session.sent = versionsOf(slice);
    const sayableMs = this.#options.sayableMs?.();
    const timeMs = sayableMs === undefined ? undefined : Math.floor(sayableMs);
    const common = { session: session.id, sequence: session.sequence, digest, ...(timeMs !== undefined && { timeMs }) };
    this.#send(
      board,
      held === digest
        ? { type: "current", ...common }
        : { type: "whole", ...common, objects: Array.from(slice.values()) },
    );
  }

  #sendChange(board: string): void {
    const session = this.#sessions.get(board);
    if (session?.sent === undefined) return;
    const slice = planSlice(board, this.#options.world);
    const change = planChange(session.sent, slice);
    if (change === undefined) return;
    session.sent = versionsOf(slice);
    session.sequence += 1;
    this.#send(board, {
      type: "change",
      session: session.id,
      sequence: session.sequence,
      digest: digestOf(slice),
      upserts: [...change.upserts],
      removes: [...change.removes],
    });
  }

  #send(board: string, message: SliceMessage): void {
    this.#options.links.send(board, "slice", new TextEncoder().encode(JSON.stringify(message)));
  }
}

function digestOf(slice: Slice): string {
  return createHash("sha256").update(sliceInventory(slice.values())).digest("hex");
}

function versionsOf(slice: Slice): ReadonlyMap<string, string> {
  return new Map(Array.from(slice, ([key, object]) => [key, object.metadata.resourceVersion]));
}
