/** What Raft peers say to one another and what their logs hold (Ongaro's dissertation, figures 3.1 and 4.2). */

/** A peer's name, opaque to Raft; never given to another peer once its disk is lost. */
export type PeerId = string;

export interface Peer {
  readonly id: PeerId;
  /** A learner receives the log but counts in no majority. */
  readonly role: "voter" | "learner";
  /** Rides along for whoever carries the messages, such as an address. Opaque to Raft. */
  readonly context: string;
}

export interface EntryPosition {
  readonly index: number;
  readonly term: number;
}

export type Entry = EntryPosition &
  (
    | { readonly type: "noop" }
    | { readonly type: "command"; readonly data: Uint8Array }
    /** The whole new configuration, which counts from the moment it is appended (thesis §4.1). */
    | { readonly type: "configuration"; readonly peers: readonly Peer[] }
  );

/** What must survive a crash beside the log, so that nobody votes twice in a term. */
export interface HardState {
  readonly term: number;
  readonly vote: PeerId | undefined;
}

/** The applied state through `index`, with the configuration that counted there. */
export interface Snapshot extends EntryPosition {
  readonly peers: readonly Peer[];
  readonly data: Uint8Array;
}

/** What a snapshot is, beside its data. */
export interface SnapshotManifest extends EntryPosition {
  readonly peers: readonly Peer[];
  readonly byteCount: number;
}

export type MessageBody =
  /** Asks whether a vote would be given, without raising anyone's term (thesis §9.6). `term` is the one sought. */
  | { readonly type: "preVote"; readonly lastIndex: number; readonly lastTerm: number }
  /** A granted one carries the term sought, a refusal the voter's own term. */
  | { readonly type: "preVoteResponse"; readonly granted: boolean }
  /** `isHandover`: the leader itself wants this election, so that nobody holds on to it (thesis §3.10). */
  | {
      readonly type: "requestVote";
      readonly lastIndex: number;
      readonly lastTerm: number;
      readonly isHandover: boolean;
    }
  | { readonly type: "requestVoteResponse"; readonly granted: boolean }
  | {
      readonly type: "appendEntries";
      readonly previousIndex: number;
      readonly previousTerm: number;
      readonly entries: readonly Entry[];
      readonly commitIndex: number;
    }
  /** The follower's disk holds the leader's log through `matchIndex`. */
  | { readonly type: "appendAccepted"; readonly matchIndex: number }
  /** The follower has no such previous entry; its log may agree no further than `hintIndex`, whose term is `hintTerm`. */
  | {
      readonly type: "appendRejected";
      readonly previousIndex: number;
      readonly hintIndex: number;
      readonly hintTerm: number;
    }
  /** `round` counts the leader's heartbeats, so that an answer proves leadership after a given read (thesis §6.4). */
  | { readonly type: "heartbeat"; readonly commitIndex: number; readonly round: number }
  | { readonly type: "heartbeatResponse"; readonly round: number }
  /** `data` is a part of the snapshot, from `offset` on; `checksum` is that of all bytes through its end. */
  | {
      readonly type: "installSnapshot";
      readonly snapshot: SnapshotManifest;
      readonly offset: number;
      readonly data: Uint8Array;
      readonly checksum: number;
    }
  /** The follower, in memory, holds the bytes before `offset` of the snapshot at `index`. */
  | { readonly type: "snapshotWanted"; readonly index: number; readonly offset: number }
  /** The leader wants the receiver to take over at once (thesis §3.10). */
  | { readonly type: "timeoutNow" };

export type Message = { readonly from: PeerId; readonly to: PeerId; readonly term: number } & MessageBody;

/** The members of a message union of one type. */
export type MessageOf<Type extends Message["type"]> = Extract<Message, { readonly type: Type }>;

/** What an entry weighs in a message or in memory, roughly, in bytes. */
export function entryBytes(entry: Entry): number {
  const overhead = 16;
  switch (entry.type) {
    case "noop":
      return overhead;
    case "command":
      return overhead + entry.data.byteLength;
    case "configuration":
      return overhead + entry.peers.reduce((bytes, peer) => bytes + peer.id.length + peer.context.length + 4, 0);
  }
}

export function totalBytes(entries: readonly Entry[]): number {
  return entries.reduce((bytes, entry) => bytes + entryBytes(entry), 0);
}
