/** One voter without its agent and its controllers, as a process of its own: what the benches start three of. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createApiServer } from "../../src/apiserver/api-server.ts";
import { ensureBootstrapObjects } from "../../src/apiserver/bootstrap-objects.ts";
import { EventStore } from "../../src/apiserver/events/event-store.ts";
import { createHttpServer } from "../../src/apiserver/http/http-server.ts";
import { messageOf } from "../../src/lib/errors.ts";
import { FileDisk } from "../../src/platform/disk/file-disk.ts";
import { pinoLogger } from "../../src/platform/host/pino-logger.ts";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { systemClock, systemRandom } from "../../src/platform/host/system-clock.ts";
import { LevelStateBackend } from "../../src/platform/level/level-state-backend.ts";
import { ControlBroker } from "../../src/platform/mqtt/control-broker.ts";
import { parseEndpoint } from "../../src/platform/mqtt/endpoint.ts";
import { MqttVoterTransport } from "../../src/platform/mqtt/mqtt-voter-transport.ts";
import { openReplicatedStore } from "../../src/replication/open-replicated-store.ts";
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

  const broker = await ControlBroker.start({
    fleet,
    voter: self,
    address: endpoint.host,
    port: endpoint.port,
    credentials: pki,
    logger,
  });
  const transport = new MqttVoterTransport({
    fleet,
    self,
    broker,
    clock: systemClock,
    random: systemRandom,
    logger,
    credentials: () => pki,
  });
  const store = await openReplicatedStore({
    id: self,
    bootstrap,
    disk: await FileDisk.open(join(directory, "raft")),
    stateBackend: await LevelStateBackend.open(join(directory, "state")),
    transport,
    clock: systemClock,
    random: secureRandom,
    log: logger,
    onFailure: fail,
  });
  const events = new EventStore(systemClock, secureRandom);
  const apiServer = createApiServer({
    store,
    events,
    clock: systemClock,
    random: systemRandom,
    log: logger,
    newUid: randomUUID,
  });
  const http = createHttpServer({
    tls: { certPem: pki.certificatePem, keyPem: pki.keyPem, caPem: pki.caPem },
    address: endpoint.host,
    port: 0,
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
    await http.close();
    await events.close();
    await store.close();
    transport.close();
    await broker.close();
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
