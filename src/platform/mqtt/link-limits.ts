/** The times and sizes that hold on every control link, in one place because they only make sense together. */
import type { BackoffLimits } from "../../lib/backoff.ts";

/** A silent connection is given up after one and a half of these (MQTT 3.1.1 §3.1.2.10). */
export const keepAliveSeconds = 4;

/** A board whose link is metered may ask for rarer ones, and is missed that much later. */
export const keepAliveSecondsMax = 600;

/** From the first SYN to CONNACK; a dead host is passed over after this. */
export const connectTimeoutMs = 2_000;

/** How long a reader may leave the broker's answers unread, and how long a stranger may take to say who it is. */
export const drainTimeoutMs = 4_000;
export const helloTimeoutMs = 5_000;

/**
 * What may follow a packet's fixed header. CONNECT with our longest client id takes 90 bytes; a board's report has at
 * most 1,000 items; a voter may send its whole state as one snapshot, up to what MQTT can say (268,435,455 bytes).
 */
export const connectBytesMax = 1_024;
export const boardPacketBytesMax = 8 * 1_024 * 1_024;
export const voterPacketBytesMax = 256_000_000;

/** What may wait in a connection's buffer before the next message: beyond it, a voter's is lost, a board's link cut. */
export const unsentBytesMax = 4 * 1_024 * 1_024;

export const connectionsMax = 4_096;

/** A connection that lasted this long shows that the next attempt need not hold back. */
export const stableAfterMs = 10_000;

/** On a shared broker: how long a board gathers who is there, and how long its choice may leave its greeting unanswered. */
export const homeGatherMs = 100;
export const homeAnswerMsMax = 20_000;

/** Twice the longest back-off of a board, after which one that has not come back to a broker that has is gone. */
export const boardsReturnMs = 10_000;

export const voterBackoff: BackoffLimits = { delayMsMin: 100, delayMsMax: 2_000 };
export const boardBackoff: BackoffLimits = { delayMsMin: 200, delayMsMax: 5_000 };
