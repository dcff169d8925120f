/** What the fleet says of this board, asked with the board's own certificate: every board can, without an administrator. */
import { z } from "zod";
import { ApiError } from "../api/api-error.ts";
import type { OwnNode } from "../cli/cli-actions.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";

const nodeSchema = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
    })
    .default({ conditions: [] }),
});

/** Asks one voter after the other. Throws `UsageError` where the board has no fleet, or no voter of it answers. */
export async function readOwnNode(dataDir: string): Promise<OwnNode> {
  const directory = new FleetDirectory(dataDir);
  const { fleet, node, address, voterId, voters, ports } = await directory.readIdentity();
  const pki = await directory.readPki();
  const own = voterId === undefined ? [] : [`${address}:${ports.api}`];
  const others = voters.map((broker) => `${broker.slice(0, broker.lastIndexOf(":"))}:${ports.api}`);
  let refusal: unknown;
  for (const server of new Set([...own, ...others])) {
    const transport = new HttpsTransport({ server, ...pki });
    try {
      const reply = await transport.request({ method: "GET", path: `/api/v1/nodes/${node}` });
      if (reply.status === 404)
        return {
          fleet,
          node,
          voter: voterId !== undefined,
          server,
          ready: false,
          reason: "the fleet has not heard of it yet",
        };
      if (reply.status >= 400) throw ApiError.fromReply(reply.status, reply.body);
      const ready = nodeSchema.parse(reply.body).status.conditions.find(({ type }) => type === "Ready");
      return {
        fleet,
        node,
        voter: voterId !== undefined,
        server,
        ready: ready?.status === "True",
        reason: ready?.message ?? "",
      };
    } catch (error) {
      refusal = error;
    } finally {
      transport.close();
    }
  }
  throw new UsageError(
    `no voter of the fleet ${fleet} answers (${messageOf(refusal)}): is bramble running here, and is the link up?`,
    { cause: refusal },
  );
}
