/** One voter without its agent and its controllers, as a process of its own: what the benches start three of. */
import { randomUUID } from "node:crypto";
import { createApiServer } from "../../src/apiserver/api-server.ts";
import { ensureBootstrapObjects } from "../../src/apiserver/bootstrap-objects.ts";
import { EventStore } from "../../src/apiserver/events/event-store.ts";
import { createHttpListener } from "../../src/apiserver/http/http-listener.ts";
import { serveHttp } from "../../src/apiserver/http/serve-http.ts";
import { messageOf } from "../../src/lib/errors.ts";
import { followWork } from "../../src/platform/host/heap-posture.ts";
import { pinoLogger } from "../../src/platform/host/pino-logger.ts";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { systemClock, systemRandom } from "../../src/platform/host/system-clock.ts";
import { parseEndpoint } from "../../src/platform/mqtt/endpoint.ts";
import { openRealVoter } from "../../src/platform/mqtt/testing/real-voter.ts";
import type { Member, ReplicatedStore, VoterId } from "../../src/replication/ports.ts";
import { closedLoop } from "./closed-loop.ts";
import { jsonOf, keysPerClient } from "./load-shape.ts";
import { type Order, openingSchema, orderSchema, type Report } from "./voter-protocol.ts";

// A bench that is interrupted leaves nothing behind.
process.once("disconnect", () => process.exit());
process.once("message", (message) => {
  open(message).catch(fail);
});

async function open(message: unknown): Promise<void> {
  const { fleet, id, directory, members, pki } = openingSchema.parse(message);
  const self = id as VoterId;
  const bootstrap = members.map((member): Member => ({ ...member, id: member.id as VoterId, role: "voter" }));
  const endpoint = parseEndpoint(bootstrap.find((member) => member.id === self)?.address ?? "");
  if (endpoint === undefined) throw new Error(`${id} is not among the members`);
  const logger = pinoLogger("error");
  const heap = followWork(systemClock);

  const voter = await openRealVoter({
    fleet,
    id: self,
    endpoint,
    directory,
    members: bootstrap,
    credentials: pki,
    logger,
    onFailure: fail,
  });
  const { store } = voter;
  const events = new EventStore(systemClock, secureRandom);
  const apiServer = createApiServer({
    store,
    events,
    clock: systemClock,
    random: systemRandom,
    log: logger,
    newUid: randomUUID,
  });
  const http = createHttpListener({
    tls: { certPem: pki.certificatePem, keyPem: pki.keyPem, caPem: pki.caPem },
    address: endpoint.host,
    port: 0,
    log: logger,
  });
  serveHttp(http, {
    apiServer,
    build: { version: "0.0.0" },
    join: () => Promise.reject(new Error("nobody joins a fleet that is measured")),
    clock: systemClock,
    log: logger,
  });
  await http.listen();
  const asSystem = apiServer.asTransport({ user: "system:bench", groups: ["system:masters"] });
  store.onLeadership((leadership) => {
    if (leadership.role !== "leader") return;
    ensureBootstrapObjects(asSystem, leadership.signal).then(
      () => tell({ type: "leads", term: leadership.term }),
      (error: unknown) => logger.warn("not leading any more", { cause: messageOf(error) }),
    );
  });
  const stop = async () => {
    heap.stop();
    await http.close();
    await events.close();
    await voter.close();
    process.disconnect();
  };
  process.on("message", (order) => {
    const parsed = orderSchema.parse(order);
    (parsed.type === "stop" ? stop() : carryOut(store, parsed)).catch(fail);
  });
  tell({ type: "up", apiPort: http.port });
}

async function carryOut(store: ReplicatedStore, order: Exclude<Order, { readonly type: "stop" }>): Promise<void> {
  const value = jsonOf(order.valueBytes);
  const put = (key: string) =>
    store.transact({ compares: [], mutations: [{ type: "put", key: `/registry/bench/${key}`, value }] });
  if (order.type === "load") {
    const act = (client: number, turn: number) => put(`${client}/${turn % keysPerClient}`);
    tell({ type: "loaded", figures: await closedLoop(order.clients, order, act) });
    return;
  }
  const atOnce = 64;
  for (let from = 0; from < order.objects; from += atOnce) {
    const count = Math.min(atOnce, order.objects - from);
    await Promise.all(Array.from({ length: count }, (_, offset) => put(`object-${from + offset}`)));
  }
  tell({ type: "filled" });
}

function tell(report: Report): void {
  process.send?.(report);
}

function fail(error: unknown): void {
  tell({ type: "failed", message: messageOf(error) });
  process.exitCode = 1;
  process.disconnect();
}
