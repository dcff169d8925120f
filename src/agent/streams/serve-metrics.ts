/** This board's own figures, as Prometheus reads them. */
import type { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import { type StreamContext, StreamRefusal } from "./stream-context.ts";

export async function serveMetrics({ metrics }: StreamContext, stream: StreamEndpoint): Promise<void> {
  if (metrics === undefined) throw new StreamRefusal("NotFound", "this board keeps no figures");
  const text = await metrics();
  stream.accept();
  await stream.write(1, new TextEncoder().encode(text));
  stream.end({ type: "closed" });
}
