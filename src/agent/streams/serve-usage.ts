/** What this board and its pods use, measured now. */
import type { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import type { StreamContext } from "./stream-context.ts";

export async function serveUsage({ usage }: StreamContext, stream: StreamEndpoint): Promise<void> {
  const measured = await usage.measure();
  stream.accept();
  await stream.write(1, new TextEncoder().encode(JSON.stringify(measured)));
  stream.end({ type: "closed" });
}
