/** How what boards measure comes to their home voter, and from there to the other voters. Lossy: the next word says it anew. */
import { z } from "zod";
import { nodeMeshSchema, nodeMetricsSchema } from "./node-telemetry.ts";

/** `up/telemetry`, at most once. */
export const boardTelemetrySchema = z.object({
  metrics: nodeMetricsSchema.optional(),
  mesh: nodeMeshSchema.optional(),
});
export type BoardTelemetry = z.infer<typeof boardTelemetrySchema>;

/** The board's end. */
export interface HomeTelemetryCarrier {
  /** Sends at once or not at all. */
  sendTelemetry(payload: Uint8Array): void;
}

/** The voter's end, beside its links to boards. */
export interface BoardTelemetryCarrier {
  /** `node` is proven by its certificate. */
  onTelemetry(handler: (node: string, payload: Uint8Array) => void): void;
  /** A board's connection ended without a goodbye, and left its last will. */
  onWill(handler: (node: string) => void): void;
  /** Told of every new connection of a board, in place of an older one or not. */
  onArrival(handler: (node: string) => void): void;
  onPresence(handler: (node: string, connected: boolean) => void): void;
  /** Boards connected to this voter now. */
  readonly connected: ReadonlySet<string>;
}

/** Between voters. */
export interface VoterTelemetryCarrier {
  /** To every other voter; what cannot be sent now is lost. */
  sendToOthers(payload: Uint8Array): void;
  /** `from` is the voter's id, proven by its certificate. */
  onMessage(handler: (from: string, payload: Uint8Array) => void): void;
  /** The process of another voter seems to have ended. A mere hint. */
  onEnded(handler: (id: string) => void): void;
}
