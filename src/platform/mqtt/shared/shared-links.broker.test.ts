import { connectAsync } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../../lib/testing/eventually.ts";
import type { RigVoter } from "../testing/links-conformance.ts";
import { SharedRig } from "../testing/links-rigs.ts";
import type { TlsCredentials } from "../tls-credentials.ts";
import { hereTopic, sharedNodeTopic, sharedVoterTopic } from "./shared-topics.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
/** A test may end before its last word was acknowledged. */
const lost = () => {};

let rig: SharedRig | undefined;
afterEach(() => rig?.close());

async function openRig(): Promise<SharedRig> {
  rig = await SharedRig.open();
  return rig;
}

/** Everything that reaches a voter's consensus. */
function listen({ transport }: RigVoter): string[] {
  const heard: string[] = [];
  transport.onMessage((from, channel, payload) => heard.push(`${channel} ${from} ${text(payload)}`));
  return heard;
}

/** A client that says what it is told to, under any client id it likes. */
async function openClient({ fleet, mosquitto }: SharedRig, credentials: TlsCredentials, clientId: string) {
  const { host, port } = mosquitto.endpoint;
  const { caPem: ca, certificatePem: cert, keyPem: key } = credentials;
  const tls = { protocol: "mqtts", host, port, ca, cert, key } as const;
  const client = await connectAsync({ ...tls, clientId, reconnectPeriod: 0 });
  fleet.atEnd(() => client.end(true));
  const heard: string[] = [];
  client.on("message", (topic, payload) => heard.push(`${topic} ${text(payload)}`));
  return {
    client,
    heard,
    say: (topic: string, payload: string, retain = false) => client.publish(topic, payload, { retain }),
  };
}

/** Resolves when what the client said before has been dealt with by the broker and heard by `to`. */
async function settled(from: RigVoter, to: RigVoter, heard: readonly string[]): Promise<void> {
  await eventually(
    "a voter's own word arrives",
    () => {
      from.transport.send(to.voter.id, "presence", bytes("settled"));
      return heard.some((each) => each.endsWith("settled"));
    },
    15_000,
  );
}

describe("on a shared broker", () => {
  it("nobody speaks in a voter's name, and no board speaks as a voter", async () => {
    const open = await openRig();
    const [one, two] = [await open.voter("b1"), await open.voter("b2")];
    const heard = listen(one);
    await settled(two, one, heard);
    const own = await openClient(open, await open.fleet.board("b9"), "any");
    own.say(sharedVoterTopic("home", "raft", one.voter.id, two.voter.id), "forged");
    // It may write under its own name, but shows no voter's certificate: neither none at all nor another's.
    const asVoter = "b9.0a1b2c3d" as typeof one.voter.id;
    own.say(sharedVoterTopic("home", "raft", one.voter.id, asVoter), "forged");
    const borrowed = {
      certificatePem: two.voter.credentials.certificatePem,
      address: "x",
      start: "s",
      servesBoards: true,
    };
    own.say(hereTopic("home", "b9", "voter"), JSON.stringify(borrowed), true);
    own.say(sharedVoterTopic("home", "raft", one.voter.id, asVoter), "forged");
    own.say(hereTopic("home", "b2", "voter"), "", true);
    // Another voter's disk under a voter's own name is not believed either.
    const voter = await openClient(open, two.voter.credentials, "other");
    voter.say(sharedVoterTopic("home", "raft", one.voter.id, "b2.ffffffff" as typeof two.voter.id), "forged");
    heard.length = 0;
    await settled(two, one, heard);
    expect(heard.filter((each) => !each.endsWith("settled"))).toEqual([]);
  });

  it("a board hears neither consensus nor what other boards are told, and cannot tell them anything", async () => {
    const open = await openRig();
    const [one, two] = [await open.voter("b1"), await open.voter("b2")];
    const heard = listen(one);
    const board = await open.agent("b3");
    const told: string[] = [];
    board.onMessage((kind, payload) => told.push(`${kind} ${text(payload)}`));
    board.onConnection((connected) => connected && void board.send("hello", bytes("hi")).catch(lost));
    board.setVoters([one.member.address]);
    const spy = await openClient(open, await open.fleet.board("b9"), "spy");
    spy.client.subscribe(["#", "bramble/home/v1/raft/#", "bramble/home/v1/node/#"]);
    await eventually("b3 is here", () => one.boards.connected.has("b3"));
    spy.say(sharedNodeTopic("home", { to: "b3", from: "b1" }, "down", "slice"), "forged");
    spy.say(sharedNodeTopic("home", { to: "b3", from: "b9" }, "down", "slice"), "forged");
    await settled(two, one, heard);
    one.boards.send("b3", "slice", bytes("secret"));
    await eventually("the slice came", () => told.includes("slice secret"));
    expect(told).toEqual(["slice secret"]);
    expect(spy.heard.filter((each) => !each.includes("/here/"))).toEqual([]);
  });

  it("what was retained for consensus is never heard", async () => {
    const open = await openRig();
    const [one, two] = [await open.voter("b1"), await open.voter("b2")];
    const heard = listen(one);
    await settled(two, one, heard);
    const raft = sharedVoterTopic("home", "raft", one.voter.id, two.voter.id);
    const reporting = sharedNodeTopic("home", { to: "b1", from: "b2" }, "up", "hello");
    const insider = await openClient(open, two.voter.credentials, "insider");
    insider.say(raft, "old", true);
    insider.say(reporting, "old", true);
    await eventually("it was heard once, as it was said", () => heard.includes(`raft ${two.voter.id} old`));
    await one.stop();
    const again = await open.restarted(one);
    const heardAgain = listen(again);
    await settled(two, again, heardAgain);
    expect(heardAgain.filter((each) => !each.endsWith("settled"))).toEqual([]);
    expect([...again.boards.connected]).toEqual([]);
  });

  it("a client id that somebody else takes is not one of ours: links stand", async () => {
    const open = await openRig();
    const [one, two] = [await open.voter("b1"), await open.voter("b2")];
    const heard = listen(one);
    await settled(two, one, heard);
    const presence: string[] = [];
    one.boards.onPresence((node, connected) => presence.push(`${node} ${connected}`));
    for (const clientId of [`voter/${one.voter.id}`, `voter/${two.voter.id}`, "board/b1"]) {
      await openClient(open, await open.fleet.board("b9"), clientId);
    }
    heard.length = 0;
    two.transport.send(one.voter.id, "raft", bytes("still here"));
    await eventually("the link never fell", () => heard.includes(`raft ${two.voter.id} still here`));
    expect(presence).toEqual([]);
  });

  it("a board whose connection dies is missed, and one that was told of a dead voter finds a living one", async () => {
    const open = await openRig();
    const [one, two] = [await open.voter("b1"), await open.voter("b2")];
    const board = await openClient(open, await open.fleet.board("b7"), "b7");
    board.say(hereTopic("home", "b7", "board"), JSON.stringify({ home: one.voter.id }), true);
    await eventually("it is here", () => one.boards.connected.has("b7"));
    board.say(hereTopic("home", "b7", "board"), "", true);
    await eventually("it went", () => !one.boards.connected.has("b7"));
    await one.stop();
    const link = await open.agent("b8");
    link.setVoters([one.member.address]);
    link.onConnection((connected) => connected && void link.send("hello", bytes("hi")).catch(lost));
    await eventually("it is at the living voter", () => two.boards.connected.has("b8"));
  });

  it("a broker that is killed and comes back finds everybody again", async () => {
    const open = await openRig();
    const [one, two] = [await open.voter("b1"), await open.voter("b2")];
    const heard = listen(one);
    const reported: string[] = [];
    one.boards.onMessage((node, kind) => reported.push(`${node} ${kind}`));
    const link = await open.agent("b3");
    const states: boolean[] = [];
    link.onConnection((connected) => {
      states.push(connected);
      if (connected) void link.send("hello", bytes("hi")).catch(lost);
    });
    link.setVoters([one.member.address]);
    await settled(two, one, heard);
    await eventually("the board is here", () => one.boards.connected.has("b3"));
    const presence: string[] = [];
    one.boards.onPresence((node, connected) => presence.push(`${node} ${connected}`));
    await open.mosquitto.kill();
    await eventually("the loss is noticed", () => states.length === 2);
    await expect(link.send("report", bytes("lost"))).rejects.toThrow();
    heard.length = 0;
    await open.mosquitto.restart();
    await settled(two, one, heard);
    await eventually("the board is back", () => states.length === 3 && reported.length === 2, 10_000);
    expect(states).toEqual([true, false, true]);
    // That nobody could be heard says nothing about the boards.
    expect(presence).toEqual([]);
  });
});
