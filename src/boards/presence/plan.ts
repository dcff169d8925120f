/** Which boards are there, from what each voter last said about its own and when it said so. */

export type BoardState =
  /** Connected to a voter that we hear. */
  | "present"
  /** Connected to none, but it may be on its way to another voter: what was said of it stays true for now. */
  | "missing"
  | "lost";

export interface PresenceTiming {
  /** How often a voter says which boards it has. */
  readonly beatMs: number;
  /** A voter not heard for so long is taken for dead. */
  readonly voterSilentMs: number;
  /** How long a board may take to show up elsewhere after it left a living voter, or died with its own. */
  readonly moveMs: number;
  /** The same after its voter died, which the board itself must first notice. */
  readonly orphanMs: number;
  /** How long a new leader listens before it declares anybody lost. */
  readonly listenMs: number;
}

/** With the links' keep-alive of 4 s (a silent board is dropped after 6 s) a loss is noticed within 8 s. */
export const defaultTiming: PresenceTiming = {
  beatMs: 2000,
  voterSilentMs: 5000,
  moveMs: 2000,
  orphanMs: 8000,
  listenMs: 10_000,
};

interface VoterSaid {
  readonly boards: ReadonlySet<string>;
  readonly heardMs: number;
}

/** All that the leader knows; each voter's word replaces its earlier one. */
export interface PresenceView {
  /** When this leader began to listen. */
  readonly startedMs: number;
  readonly voters: ReadonlyMap<string, VoterSaid>;
  /** When a living voter last said that the board had gone. */
  readonly leftMs: ReadonlyMap<string, number>;
}

export function newView(startedMs: number): PresenceView {
  return { startedMs, voters: new Map(), leftMs: new Map() };
}

/** The view after `voter` said that exactly `boards` are connected to it. */
export function withVoter(view: PresenceView, voter: string, boards: ReadonlySet<string>, nowMs: number): PresenceView {
  const leftMs = new Map(view.leftMs);
  for (const board of view.voters.get(voter)?.boards ?? []) if (!boards.has(board)) leftMs.set(board, nowMs);
  for (const board of boards) leftMs.delete(board);
  const voters = new Map(view.voters).set(voter, { boards, heardMs: nowMs });
  return { ...view, voters, leftMs };
}

/** The board's state now, and when it will change by itself if nobody says anything more. */
export function boardState(
  view: PresenceView,
  board: string,
  nowMs: number,
  timing: PresenceTiming = defaultTiming,
): { readonly state: BoardState; readonly untilMs?: number } {
  let silentMs = 0;
  let lostMs = view.startedMs + timing.listenMs;
  const left = view.leftMs.get(board);
  if (left !== undefined) lostMs = Math.max(lostMs, left + timing.moveMs);
  for (const [voter, said] of view.voters) {
    if (!said.boards.has(board)) continue;
    const voterLostMs = said.heardMs + timing.voterSilentMs;
    silentMs = Math.max(silentMs, voterLostMs);
    lostMs = Math.max(lostMs, voterLostMs + (nodeOfVoter(voter) === board ? timing.moveMs : timing.orphanMs));
  }
  if (nowMs < silentMs) return { state: "present", untilMs: silentMs };
  if (nowMs < lostMs) return { state: "missing", untilMs: lostMs };
  return { state: "lost" };
}

/** Every board that any voter has named. */
export function knownBoards(view: PresenceView): Set<string> {
  const boards = new Set(view.leftMs.keys());
  for (const said of view.voters.values()) for (const board of said.boards) boards.add(board);
  return boards;
}

/** A voter's id is `<node>.<8 hex digits>`: its own board dies with it and moves nowhere. */
function nodeOfVoter(voter: string): string {
  return voter.slice(0, voter.lastIndexOf("."));
}
