/** The four ways in which `commit` writes: ours and etcd's, each by its shortest way and by its HTTP API. */
import { Agent } from "node:http";
import { closedLoop, type LoadFigures } from "./closed-loop.ts";
import { EtcdClient } from "./etcd-client.ts";
import type { EtcdMembers } from "./etcd-members.ts";
import { jsonOf, keysPerClient, textOf } from "./load-shape.ts";
import type { OurVoters } from "./our-voters.ts";

export interface Load {
  readonly clients: number;
  readonly valueBytes: number;
  readonly warmUpMs: number;
  readonly ms: number;
}

export const contestantNames = ["ours store", "etcd gRPC", "ours HTTPS", "etcd HTTP"] as const;
export type ContestantName = (typeof contestantNames)[number];
type Contestant = (load: Load) => Promise<LoadFigures>;

const connectionsMax = 16;

/** All write through the leader, which is the shortest way for each. */
export function contestantsOf(ours: OurVoters, etcd: EtcdMembers): Readonly<Record<ContestantName, Contestant>> {
  return {
    "ours store": (load) => ourStore(ours, load),
    "etcd gRPC": (load) => etcdGrpc(etcd, load),
    "ours HTTPS": (load) => ourHttps(ours, load),
    "etcd HTTP": (load) => etcdHttp(etcd, load),
  };
}

export async function ourStore(ours: OurVoters, load: Load): Promise<LoadFigures> {
  const leader = ours.voter(await ours.leader());
  return (await leader.ask({ type: "load", ...load }, "loaded")).figures;
}

export async function etcdGrpc(etcd: EtcdMembers, load: Load): Promise<LoadFigures> {
  const url = etcd.url(await etcd.leader());
  const connections = Array.from({ length: Math.min(load.clients, connectionsMax) }, () => new EtcdClient(url));
  const value = Buffer.from(jsonOf(load.valueBytes));
  try {
    return await closedLoop(load.clients, load, (client, turn) => {
      const connection = connections[client % connections.length];
      return connection?.put(`/registry/bench/${client}/${turn % keysPerClient}`, value) ?? Promise.reject();
    });
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function ourHttps(ours: OurVoters, load: Load): Promise<LoadFigures> {
  const leader = await ours.leader();
  const text = textOf(load.valueBytes);
  await ours.makeConfigMaps(leader, load.clients);
  return closedLoop(load.clients, load, (client, turn) => ours.putConfigMap(leader, client, turn, text));
}

async function etcdHttp(etcd: EtcdMembers, load: Load): Promise<LoadFigures> {
  const leader = await etcd.leader();
  const agent = new Agent({ keepAlive: true });
  const value = Buffer.from(jsonOf(load.valueBytes));
  try {
    return await closedLoop(load.clients, load, (client, turn) =>
      etcd.putJson(leader, agent, `/registry/bench/${client}/${turn % keysPerClient}`, value),
    );
  } finally {
    agent.destroy();
  }
}
