import { describe, expect, it } from "vitest";
import type { StreamHandler } from "../../agent/streams/stream-desk.ts";
import type { BoardStream, StreamRequest } from "../../api/board-stream.ts";
import { silentMsMax } from "../../api/board-streams/stream-endpoint.ts";
import { StreamFleet } from "../testing/stream-fleet.ts";

const request: StreamRequest = { type: "connect", namespace: "default", pod: "web", uid: "u", port: 80 };
const { signal } = new AbortController();

/** Gives back what it is sent, as fast as it is taken. */
const echo: StreamHandler = async (stream) => {
  stream.accept();
  for await (const bytes of stream.read(0)) await stream.write(0, bytes);
  stream.end({ type: "closed" });
};

async function textOf(stream: BoardStream): Promise<string> {
  let text = "";
  for await (const bytes of stream.read(0)) text += new TextDecoder().decode(bytes);
  return text;
}

describe("streams from any voter to any board", () => {
  it.each([
    ["at its home", "v1"],
    ["through the board's home", "v2"],
  ])("carry bytes both ways %s", async (_, voter) => {
    const fleet = new StreamFleet(["v1", "v2", "v3"]);
    fleet.board("b9", "v1", echo);
    const stream = await fleet.settled(fleet.voter(voter).open("b9", request, signal));
    const received = textOf(stream);
    await stream.write(0, Buffer.from("hello"));
    stream.finish(0);
    expect(await fleet.settled(received)).toBe("hello");
    expect(await stream.ended).toEqual({ type: "closed" });
    await fleet.settled();
    expect(fleet.openStreams).toBe(0);
    fleet.clock.advance(30_000);
    expect(fleet.clock.pending).toBe(0);
  });

  it("end with all that the board said before, however much still waits at its home", async () => {
    const fleet = new StreamFleet(["v1", "v2"]);
    fleet.board("b9", "v1", async (stream) => {
      stream.accept();
      for (let count = 0; count < 40; count += 1) await stream.write(0, new Uint8Array(32 * 1024));
      stream.end({ type: "closed" });
    });
    const stream = await fleet.settled(fleet.voter("v2").open("b9", request, signal));
    let length = 0;
    const reading = (async () => {
      for await (const bytes of stream.read(0)) length += bytes.length;
      return stream.ended;
    })();
    expect(await fleet.settled(reading)).toEqual({ type: "closed" });
    expect(length).toBe(40 * 32 * 1024);
    await fleet.settled();
    expect(fleet.openStreams).toBe(0);
  });

  it("are refused in the board's own words", async () => {
    const fleet = new StreamFleet(["v1", "v2"]);
    fleet.board("b9", "v1", async (stream) =>
      stream.end({ type: "failed", reason: "NotFound", message: "no such container" }),
    );
    for (const voter of ["v1", "v2"]) {
      const opening = fleet.settled(fleet.voter(voter).open("b9", request, signal));
      await expect(opening).rejects.toMatchObject({ reason: "NotFound", message: "no such container" });
    }
    await fleet.settled();
    expect(fleet.openStreams).toBe(0);
  });

  it("are refused at once where no voter has the board", async () => {
    const fleet = new StreamFleet(["v1", "v2", "v3"]);
    const opening = fleet.settled(fleet.voter("v1").open("b9", request, signal));
    await expect(opening).rejects.toMatchObject({ reason: "Unavailable", message: /b9 is not connected/ });
    const alone = new StreamFleet(["v1"]);
    await expect(alone.voter("v1").open("b9", request, signal)).rejects.toMatchObject({ reason: "Unavailable" });
  });

  it("are refused within seconds where the voter that may have the board says nothing", async () => {
    const fleet = new StreamFleet(["v1", "v2"]);
    fleet.cut("v2");
    const opening = fleet.voter("v1").open("b9", request, signal);
    opening.catch(() => {});
    await fleet.pass(silentMsMax + 2_000);
    await expect(opening).rejects.toMatchObject({ reason: "Unavailable" });
  });

  it("find the board that two voters believe to have", async () => {
    const fleet = new StreamFleet(["v1", "v2", "v3"]);
    fleet.board("b9", "v2", echo);
    fleet.believe("v3", "b9");
    const stream = await fleet.settled(fleet.voter("v1").open("b9", request, signal));
    const received = textOf(stream);
    await stream.write(0, Buffer.from("found"));
    stream.finish(0);
    expect(await fleet.settled(received)).toBe("found");
  });

  it.each(["v1", "v2"])("end at once when the board is gone, at %s", async (voter) => {
    const fleet = new StreamFleet(["v1", "v2"]);
    fleet.board("b9", "v1", echo);
    const stream = await fleet.settled(fleet.voter(voter).open("b9", request, signal));
    fleet.unplug("b9");
    expect(await fleet.settled(stream.ended)).toMatchObject({
      reason: "Unavailable",
      message: "board b9 lost its connection: try again once the board is Ready",
    });
    expect(fleet.openStreams).toBe(0);
  });

  it.each(["v1", "v2"])("end when the board moves to another home, at %s, and can be opened there", async (voter) => {
    const fleet = new StreamFleet(["v1", "v2", "v3"]);
    const desk = fleet.board("b9", "v1", echo);
    const stream = await fleet.settled(fleet.voter(voter).open("b9", request, signal));
    fleet.move("b9", "v3");
    expect(await fleet.settled(stream.ended)).toMatchObject({ type: "failed", reason: "Unavailable" });
    expect(desk.size).toBe(0);
    const again = await fleet.settled(fleet.voter(voter).open("b9", request, signal));
    again.close();
    await fleet.settled();
    expect(fleet.openStreams).toBe(0);
  });

  it("end within seconds when a voter on the way dies, on the board too", async () => {
    const fleet = new StreamFleet(["v1", "v2"]);
    const desk = fleet.board("b9", "v1", echo);
    const stream = await fleet.settled(fleet.voter("v2").open("b9", request, signal));
    fleet.cut("v2");
    await fleet.pass(silentMsMax + 2_000);
    expect(await stream.ended).toMatchObject({ reason: "Unavailable" });
    expect(desk.size).toBe(0);
    await fleet.pass(4 * silentMsMax);
    expect(fleet.openStreams).toBe(0);
  });

  it("end when the opener gives up, before and after the board has answered", async () => {
    const fleet = new StreamFleet(["v1", "v2"]);
    const aborted: boolean[] = [];
    fleet.board("b9", "v1", async (stream, _, ended) => {
      await new Promise<void>((resolve) => ended.addEventListener("abort", () => resolve()));
      aborted.push(stream.isOver);
    });
    for (const voter of ["v1", "v2"]) {
      const abort = new AbortController();
      const opening = fleet.voter(voter).open("b9", request, abort.signal);
      opening.catch(() => {});
      await fleet.settled();
      abort.abort(new Error("the client has gone"));
      await expect(opening).rejects.toThrow("the client has gone");
      await fleet.settled();
    }
    expect(aborted).toHaveLength(2);
    expect(fleet.openStreams).toBe(0);
  });

  it("are bounded in number, on the voter and on the board", async () => {
    const fleet = new StreamFleet(["v1", "v2"]);
    fleet.board("b9", "v1", echo);
    fleet.board("b8", "v1", echo);
    const open = (voter: string, node: string) => fleet.settled(fleet.voter(voter).open(node, request, signal));
    for (let count = 0; count < 128; count += 1) await open("v1", "b9");
    await expect(open("v1", "b8")).rejects.toThrow(/of this voter are open already/);
    await expect(open("v2", "b9")).rejects.toThrow(/of board b9 are open already/);
    const other = await open("v2", "b8");
    other.close();
  });

  it("are not disturbed by what a board says of streams that are not its own", async () => {
    const fleet = new StreamFleet(["v1"]);
    fleet.board("b9", "v1", echo);
    fleet.board("b8", "v1", echo);
    const stream = await fleet.settled(fleet.voter("v1").open("b9", request, signal));
    for (const message of fleet.wiretap("b9")) fleet.say("b8", message);
    for (let length = 0; length < 20; length += 1) fleet.say("b8", new Uint8Array(length).fill(0x87));
    await fleet.settled();
    const received = textOf(stream);
    await stream.write(0, Buffer.from("still here"));
    stream.finish(0);
    expect(await fleet.settled(received)).toBe("still here");
  });
});
