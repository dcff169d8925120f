import { describe, expect, it } from "vitest";
import { DrivenMachine, put } from "./testing/driven-machine.ts";
import { WatchCollector } from "./testing/watch-collector.ts";
import { RevisionUnavailableError, revision, SlowWatcherError } from "./types.ts";

const start = revision(0);

function never(): AbortSignal {
  return new AbortController().signal;
}

describe("a watch", () => {
  it("tells the value before a change and the last one before a deletion", async () => {
    const driven = await DrivenMachine.open();
    driven.put(["/a"], "1");
    await driven.machine.checkpoint();
    driven.put(["/a"], "2");
    const watch = new WatchCollector(driven.machine.reader, "/", start);
    driven.delete("/a");
    driven.put(["/a"], "3");
    await watch.until(() => watch.events.length === 4);
    const a = { key: "/a", createRevision: 1 };
    expect(watch.events).toEqual([
      { ...a, type: "put", value: "/a1", revision: 1 },
      { ...a, type: "put", value: "/a2", previous: "/a1", revision: 2 },
      { ...a, type: "delete", value: "/a2", revision: 3 },
      { ...a, type: "put", value: "/a3", createRevision: 4, revision: 4 },
    ]);
    expect(await watch.stop()).toBeUndefined();
  });

  it("delivers a revision whole, however large it is", async () => {
    const driven = await DrivenMachine.open();
    const mutations = Array.from({ length: 1000 }, (_, at) => put(`/${at}`, "x"));
    driven.txn({ mutations });
    driven.put(["/a"]);
    const batches = driven.machine.reader.watch({ prefix: "/", after: start, signal: never() });
    const sizes: number[] = [];
    for await (const batch of batches) {
      sizes.push(batch.events.length);
      if (batch.revision === 2) break;
    }
    expect(sizes).toEqual([1000, 1]);
  });

  it("gives history in batches of bounded size", async () => {
    const driven = await DrivenMachine.open();
    for (let at = 0; at < 10; at += 1) driven.put([`/${at}`], "x".repeat(200_000));
    for await (const batch of driven.machine.reader.watch({ prefix: "/", after: start, signal: never() })) {
      expect(batch.events.length).toBeLessThanOrEqual(3);
      if (batch.revision === 10) break;
    }
  });

  it("ends when its signal is aborted: before it began, while it waits, and between batches", async () => {
    const driven = await DrivenMachine.open();
    const { machine } = driven;
    const waiting = new WatchCollector(machine.reader, "/", start);
    driven.put(["/a"]);
    await waiting.until(() => waiting.events.length === 1);
    expect(await waiting.stop()).toBeUndefined();
    const aborted = machine.reader.watch({ prefix: "/", after: revision(99), signal: AbortSignal.abort() });
    expect(await aborted[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    const abort = new AbortController();
    let batches = 0;
    for await (const _ of machine.reader.watch({ prefix: "/", after: start, signal: abort.signal })) {
      batches += 1;
      abort.abort();
    }
    expect(batches).toBe(1);
  });

  it("ends when the state machine is closed", async () => {
    const driven = await DrivenMachine.open();
    const watch = new WatchCollector(driven.machine.reader, "/", start);
    await driven.machine.close();
    expect(await watch.ended).toBeUndefined();
  });

  it("is refused from a revision that is compacted or not yet here", async () => {
    const driven = await DrivenMachine.open();
    driven.put(["/a", "/b", "/c"]);
    driven.compact(2);
    const { reader } = driven.machine;
    expect(await new WatchCollector(reader, "/", revision(1)).ended).toEqual(
      new RevisionUnavailableError("compacted", revision(1), revision(2)),
    );
    expect(await new WatchCollector(reader, "/", revision(4)).ended).toEqual(
      new RevisionUnavailableError("future", revision(4), revision(3)),
    );
    const watch = new WatchCollector(reader, "/", revision(2));
    await watch.until(() => watch.events.length === 1);
    expect(watch.events[0]).toMatchObject({ key: "/c", revision: 3 });
  });

  it("ends a consumer that compaction overtook, without a gap before", async () => {
    const driven = await DrivenMachine.open();
    driven.put(["/a"]);
    const batches = driven.machine.reader.watch({ prefix: "/", after: start, signal: never() })[Symbol.asyncIterator]();
    expect((await batches.next()).value).toMatchObject({ revision: 1 });
    driven.put(["/b", "/c"]);
    driven.compact(2);
    await expect(batches.next()).rejects.toThrow(SlowWatcherError);
  });

  it("does not lose a consumer that waits while others' keys change and are compacted", async () => {
    const driven = await DrivenMachine.open();
    const watch = new WatchCollector(driven.machine.reader, "/mine/", start);
    await Promise.resolve();
    for (let at = 0; at < 99; at += 1) driven.put(["/theirs"]);
    driven.compact(99);
    await Promise.resolve();
    expect(watch.reached).toBe(0);
    driven.put(["/theirs"]);
    await watch.until(() => watch.reached === 100);
    driven.put(["/mine/a"]);
    await watch.until(() => watch.events.length === 1);
    expect(watch.reached).toBe(101);
  });

  it("goes on across a restored snapshot that still has its history", async () => {
    const leader = await DrivenMachine.open();
    leader.put(["/a", "/b"]);
    const follower = await DrivenMachine.open();
    follower.put(["/a"]);
    const watch = new WatchCollector(follower.machine.reader, "/", revision(1));
    await follower.machine.restore((await leader.machine.dump()).bytes);
    await watch.until(() => watch.events.length === 1);
    expect(watch.events[0]).toMatchObject({ key: "/b", revision: 2 });
    leader.put(["/c", "/d"]);
    leader.compact(4);
    await follower.machine.restore((await leader.machine.dump()).bytes);
    expect(await watch.ended).toBeInstanceOf(SlowWatcherError);
  });
});
