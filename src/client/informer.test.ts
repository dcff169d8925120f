import { describe, expect, it } from "vitest";
import type { ApiObject } from "../api/meta/object-meta.ts";
import { silentLogger } from "../lib/logger.ts";
import { seededRandom } from "../lib/random.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { type InformerSource, type SourceEvent, WatchingInformer } from "./informer.ts";

function thing(name: string, version: number, uid = `uid-${name}`): ApiObject {
  return {
    apiVersion: "v1",
    kind: "Thing",
    metadata: {
      name,
      namespace: "default",
      uid,
      resourceVersion: String(version),
      labels: { first: name.slice(0, 1) },
    },
  };
}

/** A server whose answers the test writes: each watch yields what is pushed until it is ended. */
class ScriptedSource implements InformerSource<ApiObject> {
  readonly asked: string[] = [];
  items: ApiObject[] = [];
  version = 10;
  #push: ((event: SourceEvent<ApiObject> | "end") => void) | undefined;

  async list() {
    this.asked.push("list");
    return { resourceVersion: String(this.version), items: this.items };
  }

  async *watch(resourceVersion: string): AsyncIterable<SourceEvent<ApiObject>> {
    this.asked.push(`watch ${resourceVersion}`);
    const waiting: (SourceEvent<ApiObject> | "end")[] = [];
    let wake: () => void = () => {};
    this.#push = (event) => {
      waiting.push(event);
      wake();
    };
    for (;;) {
      const event = waiting.shift();
      if (event === "end") return;
      if (event !== undefined) yield event;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }

  push(event: SourceEvent<ApiObject> | "end"): void {
    this.#push?.(event);
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

async function startInformer(items: ApiObject[]) {
  const clock = new VirtualClock();
  const source = new ScriptedSource();
  source.items = items;
  const abort = new AbortController();
  const informer = new WatchingInformer("things", source, { clock, random: seededRandom(3), log: silentLogger });
  const changes: string[] = [];
  informer.onChange((change) => changes.push(`${change.type} ${change.key}@${change.object.metadata.resourceVersion}`));
  const run = informer.run(abort.signal);
  run.catch(() => {});
  await settle();
  return { clock, source, abort, informer, changes };
}

const byFirst = (object: ApiObject) => Object.values(object.metadata.labels ?? {});

describe("WatchingInformer", () => {
  it("lists, then watches from the list's version and shows changes in order", async () => {
    const { source, informer, changes } = await startInformer([thing("a", 3)]);
    source.push({ type: "put", object: thing("b", 11) });
    source.push({ type: "put", object: thing("a", 12) });
    source.push({ type: "delete", object: thing("b", 13) });
    await settle();
    expect(source.asked).toEqual(["list", "watch 10"]);
    expect(changes).toEqual([
      "added default/a@3",
      "added default/b@11",
      "updated default/a@12",
      "deleted default/b@13",
    ]);
    expect(informer.synced).toBe(true);
  });

  it("resumes a broken watch from the last version it saw", async () => {
    const { clock, source } = await startInformer([]);
    source.push({ type: "put", object: thing("a", 11) });
    source.push({ type: "bookmark", resourceVersion: "20" });
    source.push({ type: "failed", message: "link lost" });
    await settle();
    clock.advance(10_000);
    await settle();
    expect(source.asked).toEqual(["list", "watch 10", "watch 20"]);
  });

  it("lists again when its version has expired, and tells what was missed", async () => {
    const { clock, source, changes } = await startInformer([thing("a", 1), thing("b", 2), thing("c", 3)]);
    changes.length = 0;
    source.items = [thing("a", 1), thing("b", 30), thing("c", 40, "another"), thing("d", 31)];
    source.version = 50;
    source.push({ type: "expired" });
    await settle();
    clock.advance(10_000);
    await settle();
    expect(source.asked.slice(2)).toEqual(["list", "watch 50"]);
    expect(changes).toEqual([
      "updated default/b@30",
      "deleted default/c@3",
      "added default/c@40",
      "added default/d@31",
    ]);
  });

  it("waits longer before each fruitless watch", async () => {
    const { clock, source } = await startInformer([]);
    for (let round = 0; round < 20; round += 1) {
      source.push("end");
      await settle();
      clock.advance(2_000);
      await settle();
    }
    expect(source.asked.length).toBeLessThan(18);
    expect(source.asked.length).toBeGreaterThan(5);
  });

  it("tells when it shows a version, and keeps indexes in step", async () => {
    const { source, informer, abort } = await startInformer([thing("apple", 1), thing("bean", 2)]);
    const index = informer.cache.indexBy(byFirst);
    const caughtUp = informer.caughtUp("12", abort.signal);
    source.push({ type: "put", object: thing("avocado", 11) });
    source.push({ type: "delete", object: thing("apple", 12) });
    await caughtUp;
    expect(index.get("a").map((object) => object.metadata.name)).toEqual(["avocado"]);
    expect(index.get("b")).toHaveLength(1);
    expect(informer.cache.indexBy(byFirst).get("a")).toEqual(index.get("a"));
  });

  it("gives up waiting with the signal's reason", async () => {
    const { informer } = await startInformer([]);
    const abort = new AbortController();
    const waiting = informer.caughtUp("99", abort.signal);
    abort.abort(new Error("no longer leader"));
    await expect(waiting).rejects.toThrow("no longer leader");
  });
});
