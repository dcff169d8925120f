/** Three whole replicated voters, with logs and states on a real disk, over whichever links they are given. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../../lib/logger.ts";
import { eventually } from "../../../lib/testing/eventually.ts";
import type { Member, VoterChannel, VoterId, VoterTransport } from "../../../replication/ports.ts";
import type { ReplicatedVoter } from "../../../replication/replicated-voter.ts";
import type { LinksRig, RigVoter } from "./links-conformance.ts";
import { openVoterOnDisk } from "./real-voter.ts";

export interface FleetVoter {
  readonly links: RigVoter;
  readonly store: ReplicatedVoter;
  /** Consensus messages that it was sent, oldest first, of which the first few thousand are kept. */
  readonly heard: readonly { readonly from: VoterId; readonly payload: Uint8Array }[];
  /** Delivers all of them once more. */
  redeliver(): void;
}

export class ReplicatedFleet {
  readonly voters: readonly FleetVoter[];
  readonly #directory: string;
  readonly #failures: unknown[];

  /** `reach` may put something in front of where a voter's links end. */
  static async start(rig: LinksRig, reach = async (member: Member) => member): Promise<ReplicatedFleet> {
    const directory = await mkdtemp(join(tmpdir(), "bramble-voters-"));
    const links = await Promise.all(["b1", "b2", "b3"].map((node) => rig.voter(node)));
    const members = await Promise.all(links.map(({ member }) => reach(member)));
    const failures: unknown[] = [];
    const voters = await Promise.all(
      links.map((each) => startVoter(each, members, join(directory, each.voter.node), failures)),
    );
    return new ReplicatedFleet(voters, directory, failures);
  }

  private constructor(voters: readonly FleetVoter[], directory: string, failures: unknown[]) {
    this.voters = voters;
    this.#directory = directory;
    this.#failures = failures;
  }

  /** The one that leads and knows it. */
  leader(timeoutMs = 15_000): Promise<FleetVoter> {
    return eventually(
      "somebody leads",
      () => this.voters.find(({ store }) => store.leadership.role === "leader"),
      timeoutMs,
    );
  }

  /** Puts `key` through any voter; repeats until it is committed. */
  async write(voter: FleetVoter, key: string): Promise<void> {
    const txn = { compares: [], mutations: [{ type: "put" as const, key: `/registry/${key}`, value: key }] };
    await eventually(`${key} is written`, async () => (await voter.store.transact(txn)).kind === "committed", 20_000);
  }

  /** Every voter shows every one of `keys`. */
  async holds(keys: readonly string[]): Promise<void> {
    for (const { store, links } of this.voters) {
      for (const key of keys) {
        const look = async () => (await store.reader.get(`/registry/${key}`)) !== undefined;
        await eventually(`${links.voter.node} holds ${key}`, look, 15_000);
      }
    }
  }

  async close(): Promise<void> {
    for (const { store } of this.voters) await store.close();
    await rm(this.#directory, { recursive: true, force: true });
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, "a voter failed");
  }
}

const heardMax = 5_000;

async function startVoter(
  links: RigVoter,
  members: readonly Member[],
  directory: string,
  failures: unknown[],
): Promise<FleetVoter> {
  const heard: { from: VoterId; payload: Uint8Array }[] = [];
  const handlers: ((from: VoterId, channel: VoterChannel, payload: Uint8Array) => void)[] = [];
  links.transport.onMessage((from, channel, payload) => {
    if (channel === "raft" && heard.length < heardMax) heard.push({ from, payload: payload.slice() });
  });
  const transport: VoterTransport = {
    send: (to, channel, payload) => links.transport.send(to, channel, payload),
    onEnded: (handler) => links.transport.onEnded(handler),
    setMembers: (others) => links.transport.setMembers(others),
    onMessage(handler) {
      handlers.push(handler);
      links.transport.onMessage(handler);
    },
  };
  const { id } = links.voter;
  const onFailure = (error: unknown) => failures.push(error);
  const store = await openVoterOnDisk({ id, members, directory, logger: silentLogger, onFailure }, transport);
  const redeliver = () => {
    for (const { from, payload } of heard.slice()) for (const handler of handlers) handler(from, "raft", payload);
  };
  return { links, store, heard, redeliver };
}
