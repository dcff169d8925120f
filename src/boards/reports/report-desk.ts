/** Takes the boards' reports: applies each in its turn, acknowledges what is committed, repeats what failed. */
import { ApiError } from "../../api/api-error.ts";
import type { Ack, BoardLinks, Report, ReportItem } from "../../api/board-link.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiClient } from "../../client/api-client.ts";
import type { Surroundings } from "../../client/controller.ts";
import { isConflict } from "../../client/refusal.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { delay } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { applyItem } from "./apply-item.ts";

/** Items of one report are about different objects: they are written together, into few writes to the disk. */
const writesMax = 16;
const retry = { delayMsMin: 100, delayMsMax: 5000 };

interface Desk {
  readonly session: string;
  readonly ended: AbortController;
  /** Reports up to here are committed; −1 while none is. */
  committed: number;
  /** The report being applied, so that its repetition is not applied beside it. */
  applying: number | undefined;
}

export interface ReportDeskOptions extends Surroundings {
  readonly client: ApiClient;
  readonly links: Pick<BoardLinks, "send">;
  readonly cachedPod: (namespace: string, name: string) => Pod | undefined;
}

export class ReportDesk {
  readonly #options: ReportDeskOptions;
  readonly #desks = new Map<string, Desk>();

  constructor(options: ReportDeskOptions) {
    this.#options = options;
  }

  begin(board: string, session: string): void {
    this.end(board);
    this.#desks.set(board, { session, ended: new AbortController(), committed: -1, applying: undefined });
  }

  end(board: string): void {
    this.#desks.get(board)?.ended.abort(new Error("the session ended"));
    this.#desks.delete(board);
  }

  endAll(): void {
    for (const board of Array.from(this.#desks.keys())) this.end(board);
  }

  /** Reports are numbered from 0 in their session. After a gap nothing is acknowledged, and the board begins anew. */
  receive(board: string, report: Report): void {
    const desk = this.#desks.get(board);
    if (desk === undefined || desk.session !== report.session || desk.applying !== undefined) return;
    if (report.sequence <= desk.committed) {
      // A repetition: the acknowledgement was lost.
      this.#acknowledge(board, desk);
      return;
    }
    if (report.sequence !== desk.committed + 1) return;
    desk.applying = report.sequence;
    void this.#apply(board, desk, report);
  }

  async #apply(board: string, desk: Desk, report: Report): Promise<void> {
    const { signal } = desk.ended;
    // The board's own Node comes first: its pods refer to it.
    const nodeFirst = report.items.toSorted((a, b) => Number(b.type === "node") - Number(a.type === "node"));
    const nodes = nodeFirst.filter((item) => item.type === "node");
    for (const item of nodes) await this.#applyUntilDone(board, item, signal);
    const others = nodeFirst.slice(nodes.length);
    await inParallel(others, writesMax, (item) => this.#applyUntilDone(board, item, signal));
    if (signal.aborted) return;
    desk.committed = report.sequence;
    desk.applying = undefined;
    this.#acknowledge(board, desk);
  }

  /** Never throws: a refused item is dropped, everything else is tried until the session ends. */
  async #applyUntilDone(board: string, item: ReportItem, signal: AbortSignal): Promise<void> {
    const { client, cachedPod, clock, random, log } = this.#options;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const refusal = await applyItem({ client, board, cachedPod, signal }, item);
        if (refusal !== undefined) log.warn("report refused", { board, type: item.type, reason: refusal.why });
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (isHopeless(error)) {
          log.warn("report refused", { board, type: item.type, reason: messageOf(error) });
          return;
        }
        if (!isConflict(error)) log.debug("report must wait", { board, type: item.type, reason: messageOf(error) });
        await delay(clock, backoffMs(retry, attempt, random), signal).catch(() => {});
      }
    }
  }

  #acknowledge(board: string, desk: Desk): void {
    const ack: Ack = { session: desk.session, sequence: desk.committed };
    this.#options.links.send(board, "ack", new TextEncoder().encode(JSON.stringify(ack)));
  }
}

/** A refusal that no repetition mends. */
function isHopeless(error: unknown): boolean {
  return (
    error instanceof ApiError && ["BadRequest", "Forbidden", "Invalid", "RequestEntityTooLarge"].includes(error.reason)
  );
}
