import { expect, it } from "vitest";
import { SingleVoterStore } from "../../../test/support/single-voter-store.ts";
import { silentLogger } from "../../lib/logger.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { type RangeRequest, SlowWatcherError, type StoreReader } from "../../store/types.ts";
import { createObjectStore } from "../storage/object-store.ts";
import { ServiceHoldings } from "./service-holdings.ts";

const keyOf = (name: string) => `/registry/core/services/default/${name}`;
const textOf = (name: string, nodePort: number) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { type: "NodePort", ports: [{ port: 80, nodePort }] },
  });

async function opened() {
  const store = await SingleVoterStore.open();
  let ranges = 0;
  let overtaken = false;
  const reader: StoreReader = {
    get revision() {
      return store.reader.revision;
    },
    get: (key) => store.reader.get(key),
    range(request: RangeRequest) {
      ranges += 1;
      return store.reader.range(request);
    },
    async *watch(request) {
      for await (const batch of store.reader.watch(request)) {
        if (overtaken) throw new SlowWatcherError("it has been overtaken by compaction");
        yield batch;
      }
    },
  };
  const objects = createObjectStore(
    { reader, readBarrier: () => store.readBarrier(), transact: (txn) => store.transact(txn) },
    new VirtualClock(),
  );
  const put = (name: string, nodePort: number) =>
    store.transact({ compares: [], mutations: [{ type: "put", key: keyOf(name), value: textOf(name, nodePort) }] });
  const remove = (name: string) => store.transact({ compares: [], mutations: [{ type: "delete", key: keyOf(name) }] });
  const overtake = () => {
    overtaken = true;
  };
  return { store, holdings: new ServiceHoldings(objects, silentLogger), put, remove, overtake, ranges: () => ranges };
}

it("Services are read once, and what is held is followed from there", async () => {
  const { holdings, put, remove, ranges, store } = await opened();
  for (let at = 0; at < 100; at += 1) await put(`web-${at}`, 30_000 + at);
  expect((await holdings.current()).hasPort(30_042)).toBe(true);
  await put("web-42", 31_042);
  await remove("web-43");
  const reached = store.reader.revision;
  await eventually("it has followed", async () => (await holdings.current()).revision >= reached);
  const held = await holdings.current();
  expect([30_041, 30_042, 30_043, 31_042].map((port) => held.hasPort(port))).toEqual([true, false, false, true]);
  expect(ranges()).toBe(1);
});

it("what is held now is read from all of them, also where following lags", async () => {
  const { holdings, put, ranges } = await opened();
  await holdings.current();
  const committed = put("web", 30_001);
  const { kind } = await committed;
  expect([kind, (await holdings.fresh()).hasPort(30_001), ranges()]).toEqual(["committed", true, 2]);
});

it("Services are read anew where following has ended", async () => {
  const { holdings, put, overtake, ranges } = await opened();
  await holdings.current();
  overtake();
  await put("web", 30_001);
  await eventually("it knows", async () => (await holdings.current()).hasPort(30_001));
  expect(ranges()).toBe(2);
});
