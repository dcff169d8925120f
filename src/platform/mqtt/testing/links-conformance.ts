/** What voters and boards may rely on, whichever broker carries their words. */
import { afterEach, describe, expect, it } from "vitest";
import type { AgentLink, BoardLinks } from "../../../api/board-link.ts";
import type { BoardStreamCarrier, HomeStreamCarrier } from "../../../api/board-streams/stream-carriers.ts";
import { eventually } from "../../../lib/testing/eventually.ts";
import type { Member, VoterTransport } from "../../../replication/ports.ts";
import type { TestVoter } from "./test-fleet.ts";

/** A voter's links, up and serving boards. */
export interface RigVoter {
  readonly voter: TestVoter;
  readonly member: Member;
  readonly transport: VoterTransport;
  readonly boards: BoardLinks & BoardStreamCarrier;
  /** As by the end of its process. */
  stop(): Promise<void>;
}

export type ClosableAgentLink = AgentLink & HomeStreamCarrier & { close(): void };

export interface LinksRig {
  voter(node: string): Promise<RigVoter>;
  /** The same voter in a new process. */
  restarted(before: RigVoter): Promise<RigVoter>;
  /** Not yet told of any voter. `own` where the board is that voter's. */
  agent(node: string, own?: RigVoter): Promise<ClosableAgentLink>;
  close(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

export function describeLinks(broker: string, openRig: () => Promise<LinksRig>): void {
  describe(`links over ${broker}`, () => {
    let standing: LinksRig | undefined;
    const open = async () => {
      standing = await openRig();
      return standing;
    };
    afterEach(() => standing?.close());

    it("voters hear each other under the names in their certificates, across a restart", async () => {
      const rig = await open();
      const [one, two] = [await rig.voter("b1"), await rig.voter("b2")];
      for (const { transport } of [one, two]) transport.setMembers([one.member, two.member]);
      const [oneHeard, twoHeard] = [listen(one), listen(two)];
      await eventually("each heard the other", () => {
        one.transport.send(two.voter.id, "raft", bytes("vote"));
        two.transport.send(one.voter.id, "call", bytes("write"));
        return twoHeard.has(`raft ${one.voter.id} vote`) && oneHeard.has(`call ${two.voter.id} write`);
      });
      const ended = new Set<string>();
      one.transport.onEnded((id) => ended.add(id));
      await two.stop();
      await eventually("its end is noticed", () => ended.has(two.voter.id));
      const again = await rig.restarted(two);
      again.transport.setMembers([one.member, again.member]);
      const againHeard = listen(again);
      await eventually("the restarted voter is heard and hears", () => {
        one.transport.send(again.voter.id, "presence", bytes("x"));
        again.transport.send(one.voter.id, "raft", bytes("back"));
        return againHeard.has(`presence ${one.voter.id} x`) && oneHeard.has(`raft ${again.voter.id} back`);
      });
    });

    it("a whole snapshot travels in one message", async () => {
      const rig = await open();
      const [one, two] = [await rig.voter("b1"), await rig.voter("b2")];
      for (const { transport } of [one, two]) transport.setMembers([one.member, two.member]);
      const heard = listen(two);
      await eventually("the link is up", () => {
        one.transport.send(two.voter.id, "raft", bytes("up"));
        return heard.size > 0;
      });
      const received = new Promise<Uint8Array>((resolve) => {
        two.transport.onMessage((_from, _channel, payload) => payload.length > 100 && resolve(payload));
      });
      one.transport.send(two.voter.id, "raft", new Uint8Array(20_000_000).fill(7));
      const snapshot = await received;
      expect([snapshot.length, snapshot.every((byte) => byte === 7)]).toEqual([20_000_000, true]);
    });

    it("boards speak to their home voter and are spoken to, and nobody else is", async () => {
      const rig = await open();
      const home = await rig.voter("b1");
      const heard = listenToBoards(home);
      // A node may be named like a member of Object's prototype.
      const board = await openBoard(rig, "constructor", [home]);
      const other = await openBoard(rig, "b3", [home]);
      await board.link.send("hello", bytes("hi"));
      await other.link.send("hello", bytes("ho"));
      await eventually("both are here", () => home.boards.connected.size === 2);
      home.boards.send("constructor", "slice", bytes("pods"));
      home.boards.send("toString", "slice", bytes("nobody"));
      await eventually("the slice came", () => board.heard.includes("slice pods"));
      expect(board.heard).toEqual(["up", "slice pods"]);
      expect(other.heard).toEqual(["up"]);
      expect(heard.toSorted()).toEqual(["b3 came", "b3 hello ho", "constructor came", "constructor hello hi"]);
      board.link.close();
      await eventually("it is missed", () => heard.includes("constructor went"));
      expect([...home.boards.connected]).toEqual(["b3"]);
    });

    it("boards move to another voter within seconds when their home dies", async () => {
      const rig = await open();
      const voters = [await rig.voter("b1"), await rig.voter("b2")];
      const { link, heard } = await openBoard(rig, "b9", voters);
      await link.send("hello", bytes("first"));
      const home = await eventually("it has a home", () => voters.find(({ boards }) => boards.connected.has("b9")));
      const refuge = voters.find((each) => each !== home);
      const refugeHeard = refuge === undefined ? [] : listenToBoards(refuge);
      await home.stop();
      await eventually("it moved", () => heard.length === 3);
      expect(heard).toEqual(["up", "down", "up"]);
      await link.send("hello", bytes("again"));
      await eventually("it is heard there", () => refugeHeard.includes("b9 hello again"));
    });

    it("boards begin at their own voter when they are one", async () => {
      const rig = await open();
      const voters = [await rig.voter("b1"), await rig.voter("b2"), await rig.voter("b3")];
      for (const each of voters) {
        const { link } = await openBoard(rig, each.voter.node, voters, each);
        await link.send("hello", bytes("me"));
        await eventually("it is at home", () => each.boards.connected.has(each.voter.node));
      }
    });
  });
}

function listen({ transport }: RigVoter): Set<string> {
  const heard = new Set<string>();
  transport.onMessage((from, channel, payload) => {
    if (payload.length < 100) heard.add(`${channel} ${from} ${text(payload)}`);
  });
  return heard;
}

function listenToBoards({ boards }: RigVoter): string[] {
  const heard: string[] = [];
  boards.onMessage((node, kind, payload) => heard.push(`${node} ${kind} ${text(payload)}`));
  boards.onPresence((node, connected) => heard.push(`${node} ${connected ? "came" : "went"}`));
  return heard;
}

/** A board whose link is up. */
async function openBoard(rig: LinksRig, node: string, voters: readonly RigVoter[], own?: RigVoter) {
  const link = await rig.agent(node, own);
  const heard: string[] = [];
  link.onConnection((connected) => heard.push(connected ? "up" : "down"));
  link.onMessage((kind, payload) => heard.push(`${kind} ${text(payload)}`));
  link.setVoters(voters.map(({ member }) => member.address));
  await eventually("the link is up", () => heard.includes("up"));
  return { link, heard };
}
