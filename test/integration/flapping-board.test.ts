/** A board that is lost and found again and again: the fleet notes it each time and moves nothing. */
import { afterEach, expect, it } from "vitest";
import { daemonSetResource } from "../../src/api/kinds/daemon-set.ts";
import { eventResource } from "../../src/api/kinds/event.ts";
import { nodeResource } from "../../src/api/kinds/node.ts";
import { podResource } from "../../src/api/kinds/pod.ts";
import { isConditionTrue } from "../../src/api/meta/condition.ts";
import { SmallFleet } from "../../src/boards/testing/small-fleet.ts";
import { makeDaemonSet } from "../../src/client/testing/objects.ts";

const flaps = 100;
/** Condition and taint of the node and readiness of its pod, there and back, with what follows in the set's status. */
const writesAFlapMax = 10;

let fleet: SmallFleet;
afterEach(() => fleet.stop());

const nodeIsReady = async (name: string) =>
  isConditionTrue((await fleet.client.find(nodeResource, { name }))?.status.conditions, "Ready");

it(`a board that flaps ${flaps} times causes no storm: no pod is made or restarted, writes and events stay few`, async () => {
  fleet = await SmallFleet.start(["b1", "b2", "b3"]);
  const { metadata: _, ...rest } = makeDaemonSet("hello");
  await fleet.client.create(daemonSetResource, { ...rest, metadata: { name: "hello", namespace: "default" } });
  const pods = async () => (await fleet.client.list(podResource, { namespace: "default" })).items;
  await fleet.until("all boards run it", async () => {
    const all = await pods();
    return all.length === 3 && all.every((pod) => pod.status.phase === "Running");
  });
  await fleet.pass(10_000);
  const uids = async () => (await pods()).map((pod) => pod.metadata.uid).sort();
  const before = { uids: await uids(), writes: fleet.test.store.transactions };
  const board = fleet.boards.get("b2");

  for (let flap = 1; flap <= flaps; flap += 1) {
    board?.cable.unplug();
    await fleet.until("b2 is missed", async () => !(await nodeIsReady("b2")));
    board?.cable.plugInto(fleet.socket);
    await fleet.until("b2 is back", () => nodeIsReady("b2"));
  }
  await fleet.pass(10_000);

  expect(await uids()).toEqual(before.uids);
  expect([...fleet.boards.values()].map(({ started }) => started.length)).toEqual([1, 1, 1]);
  expect(fleet.test.store.transactions - before.writes).toBeLessThanOrEqual(flaps * writesAFlapMax);
  const { items: events } = await fleet.client.list(eventResource, {});
  expect(events.filter(({ involvedObject }) => involvedObject.name === "b2").length).toBeLessThanOrEqual(2);
});
