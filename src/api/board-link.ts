/**
 * What a board and its home voter say to each other over MQTT (`bramble/<fleet>/v1/node/<node>/down|up/<kind>`).
 *
 * The voter sends the board's slice of desired state; the board reports what became of it. A session begins with the
 * board's `hello`, which names the slice it already holds by digest: an unchanged slice is confirmed, not sent again.
 * Slices and reports are numbered within the session; a gap makes the receiver ask again from the start.
 */
import { z } from "zod";

/** An API object as stored: apiVersion, kind, metadata and the rest. */
export const apiObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), resourceVersion: z.string() }),
});
export type SliceObject = z.infer<typeof apiObject>;

const session = z.string().max(64);
const sequence = z.int().nonnegative();
/** SHA-256, in hex, over the sorted lines `<kind> <namespace>/<name> <resourceVersion>` of a slice. */
const digest = z.string().max(64);
/** What time it is, in milliseconds since 1970, where the voter's clock can be gone by. */
const timeMs = z.int().nonnegative().optional();

/** `up/hello` */
export const helloSchema = z.object({ session, digest, version: z.string() });
export type Hello = z.infer<typeof helloSchema>;

/** `down/slice` */
export const sliceMessageSchema = z.discriminatedUnion("type", [
  /** What the board holds is what it should hold. */
  z.object({ type: z.literal("current"), session, sequence, digest, timeMs }),
  z.object({ type: z.literal("whole"), session, sequence, digest, timeMs, objects: z.array(apiObject) }),
  z.object({
    type: z.literal("change"),
    session,
    sequence,
    digest,
    upserts: z.array(apiObject),
    /** `<kind> <namespace>/<name>`, see `sliceKey`. */
    removes: z.array(z.string()),
  }),
]);
export type SliceMessage = z.infer<typeof sliceMessageSchema>;

const podRef = { namespace: z.string(), name: z.string(), uid: z.string() };

const reportItemSchema = z.discriminatedUnion("type", [
  /** The board as it is: labels, annotations (WireGuard key and endpoint), capacity, addresses, conditions. */
  z.object({
    type: z.literal("node"),
    node: z.looseObject({ metadata: z.looseObject({ name: z.string() }) }),
    /** For a Node that is not there yet; from then on its labels are other people's to change. */
    firstLabels: z.record(z.string(), z.string()).optional(),
  }),
  z.object({ type: z.literal("podStatus"), ...podRef, status: z.looseObject({}) }),
  /** Every container of a pod that was to be deleted is gone from the board. */
  z.object({ type: z.literal("podGone"), ...podRef }),
  /** The directory of a released volume is gone from the board. */
  z.object({ type: z.literal("volumeGone"), name: z.string(), uid: z.string() }),
  z.object({ type: z.literal("event"), event: z.looseObject({}) }),
]);
export type ReportItem = z.infer<typeof reportItemSchema>;

/** `up/report`; repeated until acknowledged. */
export const reportSchema = z.object({ session, sequence, items: z.array(reportItemSchema).max(1000) });
export type Report = z.infer<typeof reportSchema>;

/** `down/ack`: every report up to `sequence` is committed. */
export const ackSchema = z.object({ session, sequence });
export type Ack = z.infer<typeof ackSchema>;

/** `up/token`: a pod of the board needs a token of its service account. Unanswered ones are asked again in time. */
export const tokenRequestSchema = z.object({
  /** Made by the board for this question. */
  id: z.string().max(64),
  ...podRef,
  serviceAccount: z.string(),
  /** For whom the token is; the API server itself where it is empty. */
  audience: z.string(),
  expirationSeconds: z.int().positive(),
});
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

/** `down/token` */
export const tokenAnswerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("granted"), id: z.string(), token: z.string() }),
  z.object({ type: z.literal("refused"), id: z.string(), why: z.string() }),
]);
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>;

/** Names an object within a slice: `Pod default/web-0`, `Node /b1`. */
export function sliceKey(object: SliceObject): string {
  return `${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

/** The lines that a slice's digest is taken over, sorted and joined by newlines. */
export function sliceInventory(objects: Iterable<SliceObject>): string {
  return Array.from(objects, (object) => `${sliceKey(object)} ${object.metadata.resourceVersion}`)
    .sort()
    .join("\n");
}

export const upKinds = ["hello", "report", "token"] as const;
export type UpKind = (typeof upKinds)[number];
export const downKinds = ["slice", "ack", "token"] as const;
export type DownKind = (typeof downKinds)[number];

/** The board's end of its one connection; the home voter behind it may change at any time. */
export interface AgentLink {
  /** Resolves when the broker took it; rejects when the link is down. */
  send(kind: UpKind, payload: Uint8Array): Promise<void>;
  onMessage(handler: (kind: DownKind, payload: Uint8Array) => void): void;
  /** Called with true at every (re)connection, possibly to another voter, and with false at every loss. */
  onConnection(handler: (connected: boolean) => void): void;
  /** Addresses of the voters' control brokers, `10.99.0.1:8883`; the link moves among them. */
  setVoters(addresses: readonly string[]): void;
}

/** The voter's end: every board that is connected to this voter's broker. `node` is proven by its certificate. */
export interface BoardLinks {
  /** Never throws; a board that is not connected here loses the message and says `hello` when it is. */
  send(node: string, kind: DownKind, payload: Uint8Array): void;
  onMessage(handler: (node: string, kind: UpKind, payload: Uint8Array) => void): void;
  onPresence(handler: (node: string, connected: boolean) => void): void;
  /** Boards connected to this broker now. */
  readonly connected: ReadonlySet<string>;
}
