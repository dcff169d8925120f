/** What carries the frames of streams: kept in order, and lost with the connection that they were sent on. */

/** A board's end, which leads to whichever voter is its home. */
export interface HomeStreamCarrier {
  /** Sends at once or not at all. */
  sendStream(message: Uint8Array): void;
  onStream(handler: (message: Uint8Array) => void): void;
  /** Called with true at every (re)connection, possibly to another voter, and with false at every loss. */
  onConnection(handler: (connected: boolean) => void): void;
}

/** A voter's end: the boards that are connected to it. `node` is proven by its certificate. */
export interface BoardStreamCarrier {
  /** Boards connected here now. */
  readonly connected: ReadonlySet<string>;
  /** Sends at once or not at all. */
  sendStream(node: string, message: Uint8Array): void;
  onStream(handler: (node: string, message: Uint8Array) => void): void;
  /** The board has a new connection here: whatever was open on an older one is over. */
  onArrival(handler: (node: string) => void): void;
  onPresence(handler: (node: string, connected: boolean) => void): void;
}

/** The other voters. `from` is proven by its certificate. */
export interface VoterStreamCarrier {
  readonly others: readonly string[];
  /** Sends at once or not at all. */
  send(to: string, message: Uint8Array): void;
  onMessage(handler: (from: string, message: Uint8Array) => void): void;
}
