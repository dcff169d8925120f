/** Voters and boards with streams between them and nothing else: messages wait until they are let through. */
import { StreamDesk, type StreamHandler } from "../../agent/streams/stream-desk.ts";
import { silentLogger } from "../../lib/logger.ts";
import { MetricRegistry } from "../../lib/metrics.ts";
import { seededRandom } from "../../lib/random.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { VoterStreams } from "../streams/voter-streams.ts";

interface VoterSide {
  readonly streams: VoterStreams;
  readonly connected: Set<string>;
  fromBoard(node: string, message: Uint8Array): void;
  fromVoter(from: string, message: Uint8Array): void;
  arrival(node: string): void;
  presence(node: string, connected: boolean): void;
}

interface BoardSide {
  home: string | undefined;
  readonly desk: StreamDesk;
  readonly said: Uint8Array[];
  fromHome(message: Uint8Array): void;
  connection(connected: boolean): void;
}

export class StreamFleet {
  readonly clock = new VirtualClock();
  readonly #voters = new Map<string, VoterSide>();
  readonly #boards = new Map<string, BoardSide>();
  readonly #underWay: (() => void)[] = [];
  readonly #cut = new Set<string>();

  constructor(voters: readonly string[]) {
    for (const name of voters) this.#voters.set(name, this.#newVoter(name, voters));
  }

  voter(name: string): VoterStreams {
    return this.#voterSide(name).streams;
  }

  /** Own streams of all voters, and those that pass through one. */
  get openStreams(): number {
    return Array.from(this.#voters.values(), ({ streams }) => streams.size).reduce((sum, size) => sum + size, 0);
  }

  board(node: string, home: string, handle: StreamHandler): StreamDesk {
    const handlers: ((message: Uint8Array) => void)[] = [];
    const connections: ((connected: boolean) => void)[] = [];
    const said: Uint8Array[] = [];
    const carrier = {
      sendStream: (message: Uint8Array) => {
        said.push(message);
        const to = board.home;
        if (to !== undefined) this.#send(to, () => this.#voterSide(to).fromBoard(node, message));
      },
      onStream: (handler: (message: Uint8Array) => void) => handlers.push(handler),
      onConnection: (handler: (connected: boolean) => void) => connections.push(handler),
    };
    const board: BoardSide = {
      home: undefined,
      said,
      desk: new StreamDesk({ node, carrier, clock: this.clock, log: silentLogger, handle }),
      fromHome: (message) => {
        for (const handler of handlers) handler(message);
      },
      connection: (connected) => {
        for (const handler of connections) handler(connected);
      },
    };
    this.#boards.set(node, board);
    this.#plug(node, home);
    return board.desk;
  }

  unplug(node: string): void {
    const board = this.#boardSide(node);
    const { home } = board;
    board.home = undefined;
    board.connection(false);
    if (home === undefined) return;
    this.#voterSide(home).connected.delete(node);
    this.#voterSide(home).presence(node, false);
  }

  move(node: string, home: string): void {
    this.unplug(node);
    this.#plug(node, home);
  }

  /** The voter has not noticed yet that the board is not there. */
  believe(voter: string, node: string): void {
    this.#voterSide(voter).connected.add(node);
  }

  /** Nothing reaches the voter any more, and nothing it says reaches anybody. */
  cut(voter: string): void {
    this.#cut.add(voter);
  }

  /** What the board has said so far. */
  wiretap(node: string): readonly Uint8Array[] {
    return [...this.#boardSide(node).said];
  }

  /** Says something in the board's name. */
  say(node: string, message: Uint8Array): void {
    const { home } = this.#boardSide(node);
    if (home !== undefined) this.#send(home, () => this.#voterSide(home).fromBoard(node, message));
  }

  /** Lets messages through until there are none, or until `promise` is settled. */
  async settled<T>(promise?: Promise<T>): Promise<T> {
    let isDone = false;
    void promise?.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    for (let quiet = 0; quiet < 5 && !isDone; quiet += 1) {
      for (let deliver = this.#underWay.shift(); deliver !== undefined; deliver = this.#underWay.shift()) {
        deliver();
        quiet = 0;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (promise !== undefined && !isDone) throw new Error("nothing moves any more");
    return promise as Promise<T>;
  }

  async pass(durationMs: number): Promise<void> {
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs += 500) {
      this.clock.advance(500);
      await this.settled();
    }
  }

  #plug(node: string, home: string): void {
    const board = this.#boardSide(node);
    board.home = home;
    const voter = this.#voterSide(home);
    voter.connected.add(node);
    voter.arrival(node);
    voter.presence(node, true);
    board.connection(true);
  }

  #send(voter: string, deliver: () => void): void {
    if (!this.#cut.has(voter)) this.#underWay.push(deliver);
  }

  #newVoter(name: string, all: readonly string[]): VoterSide {
    const connected = new Set<string>();
    const onBoard: ((node: string, message: Uint8Array) => void)[] = [];
    const onVoter: ((from: string, message: Uint8Array) => void)[] = [];
    const onArrival: ((node: string) => void)[] = [];
    const onPresence: ((node: string, connected: boolean) => void)[] = [];
    const boards = {
      connected,
      sendStream: (node: string, message: Uint8Array) => {
        const board = this.#boards.get(node);
        if (board?.home === name) this.#send(name, () => board.home === name && board.fromHome(message));
      },
      onStream: (handler: (node: string, message: Uint8Array) => void) => onBoard.push(handler),
      onArrival: (handler: (node: string) => void) => onArrival.push(handler),
      onPresence: (handler: (node: string, connected: boolean) => void) => onPresence.push(handler),
    };
    const voters = {
      others: all.filter((other) => other !== name),
      send: (to: string, message: Uint8Array) => {
        if (!this.#cut.has(name)) this.#send(to, () => this.#voterSide(to).fromVoter(name, message));
      },
      onMessage: (handler: (from: string, message: Uint8Array) => void) => onVoter.push(handler),
    };
    const random = seededRandom(all.indexOf(name));
    return {
      streams: new VoterStreams({ boards, voters, clock: this.clock, random, metrics: new MetricRegistry() }),
      connected,
      fromBoard: (node, message) => {
        for (const handler of onBoard) handler(node, message);
      },
      fromVoter: (from, message) => {
        for (const handler of onVoter) handler(from, message);
      },
      arrival: (node) => {
        for (const handler of onArrival) handler(node);
      },
      presence: (node, isHere) => {
        for (const handler of onPresence) handler(node, isHere);
      },
    };
  }

  #voterSide(name: string): VoterSide {
    const side = this.#voters.get(name);
    if (side === undefined) throw new Error(`no voter ${name}`);
    return side;
  }

  #boardSide(node: string): BoardSide {
    const side = this.#boards.get(node);
    if (side === undefined) throw new Error(`no board ${node}`);
    return side;
  }
}
