import { describe, expect, it } from "vitest";
import { eventResource } from "../api/kinds/event.ts";
import { administrator, TestApi } from "../apiserver/testing/test-api.ts";
import { silentLogger } from "../lib/logger.ts";
import { seededRandom } from "../lib/random.ts";
import { ApiClient } from "./api-client.ts";
import { EventRecorder } from "./event-recorder.ts";
import { makeNode, makePod } from "./testing/objects.ts";

async function makeRecorder() {
  const test = await TestApi.open();
  const client = new ApiClient(test.api.asTransport(administrator));
  const recorder = new EventRecorder(client, eventResource, "tester", {
    clock: test.clock,
    random: seededRandom(1),
    log: silentLogger,
  });
  const events = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return (await client.list(eventResource)).items;
  };
  return { recorder, events, clock: test.clock };
}

const happening = { type: "Normal", reason: "Seen", message: "it was seen" } as const;

describe("EventRecorder", () => {
  it("counts repetitions in one event", async () => {
    const { recorder, events } = await makeRecorder();
    for (let time = 0; time < 3; time += 1) recorder.record(makePod("p"), happening);
    recorder.record(makePod("p"), { ...happening, message: "something else" });
    expect((await events()).map(({ message, count }) => `${message} ${count}`).sort()).toEqual([
      "it was seen 3",
      "something else 1",
    ]);
  });

  it("cuts off an object that causes a flood, until time has passed", async () => {
    const { recorder, events, clock } = await makeRecorder();
    const flood = (from: number) => {
      for (let index = 0; index < 50; index += 1)
        recorder.record(makePod("p"), { ...happening, message: `m${from + index}` });
    };
    flood(0);
    recorder.record(makePod("q"), happening);
    expect(await events()).toHaveLength(26);
    clock.advance(600_000);
    flood(100);
    expect(await events()).toHaveLength(28);
  });

  it("names nodes as kubectl looks for them", async () => {
    const { recorder, events } = await makeRecorder();
    recorder.record(makeNode("b1"), happening);
    expect((await events())[0]).toMatchObject({
      metadata: { namespace: "default" },
      involvedObject: { kind: "Node", name: "b1", uid: "b1" },
    });
  });
});
