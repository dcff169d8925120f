/** The times and sizes that hold for people's tools on a telemetry broker. */

/** From the connection to its CONNECT. */
export const readerHelloMs = 5_000;
/** How long a reader may leave unread what its connection cannot take. */
export const readerDrainMs = 5_000;

/** What may follow a packet's fixed header: a token takes 1 KiB; later, readers send filters and no more. */
export const helloBytesMax = 4 * 1_024;
export const requestBytesMax = 16 * 1_024;

/** Over TLS and WebSocket together. */
export const readersMax = 256;
export const filtersMax = 512;

/** Messages on their way to one reader; what comes meanwhile waits as the name of its topic, of which the last word counts. */
export const underWayMax = 16;
/** Words that are not kept wait themselves; beyond this the oldest are lost. */
export const newsMax = 100;

/** How often it is asked whether a reader may still read. */
export const recheckMs = 30_000;
/** What was said is remembered for so long after the last reader, who may be coming back. */
export const lingerMs = 30_000;
