/** What voters tell each other of their boards. */
import { z } from "zod";
import { type BoardTelemetry, boardTelemetrySchema } from "../../api/telemetry/carriers.ts";

const voterWordSchema = z.discriminatedUnion("type", [
  /** All the boards that the voter has. */
  z.object({ type: z.literal("boards"), boards: z.array(z.string().max(253)).max(100_000) }),
  /** What one of them has measured. */
  z.object({ type: z.literal("board"), board: z.string().max(253), telemetry: boardTelemetrySchema }),
]);
export type VoterMessage = z.infer<typeof voterWordSchema>;

export function encodeVoterMessage(message: VoterMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

/** Undefined for what no voter would send. */
export function decodeVoterMessage(payload: Uint8Array): VoterMessage | undefined {
  return parsed(voterWordSchema, payload);
}

/** Undefined for what no board would send. */
export function decodeBoardTelemetry(payload: Uint8Array): BoardTelemetry | undefined {
  return parsed(boardTelemetrySchema, payload);
}

function parsed<T>(schema: z.ZodType<T>, payload: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(payload))).data;
  } catch {
    return undefined;
  }
}
