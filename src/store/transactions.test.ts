import { describe, expect, it } from "vitest";
import { DrivenMachine, put } from "./testing/driven-machine.ts";
import { revision, type Txn, type TxnResult } from "./types.ts";

interface Case {
  readonly txn: Partial<Txn>;
  readonly result: TxnResult;
  /** `key=value` of everything that is there afterwards; as before when left out. */
  readonly items?: readonly string[];
}

const before = ["/a=/a2", "/b=/b"];
const committed = (at: number): TxnResult => ({ kind: "committed", revision: revision(at) });
const conflict = (key: string, modRevision: number): TxnResult => {
  return { kind: "conflict", key, modRevision: revision(modRevision), revision: revision(5) };
};
const compare = (key: string, modRevision: number) => ({ key, modRevision: revision(modRevision) });

/** /a was made at 1 and changed at 3, /b made at 2, /c made at 4 and deleted at 5; the term is 7. */
async function openWithHistory(): Promise<DrivenMachine> {
  const driven = await DrivenMachine.open();
  driven.term = 7;
  driven.put(["/a", "/b"]);
  driven.put(["/a"], "2");
  driven.put(["/c"]);
  driven.delete("/c");
  return driven;
}

describe("a transaction", () => {
  it.each<[string, Case]>([
    ["creates", { txn: { mutations: [put("/d", "1")] }, result: committed(6), items: [...before, "/d=1"] }],
    [
      "makes all its changes at one revision",
      {
        txn: { mutations: [put("/a", "x"), { type: "delete", key: "/b" }, put("/d", "y")] },
        result: committed(6),
        items: ["/a=x", "/d=y"],
      },
    ],
    [
      "changes nothing by deleting what is absent",
      { txn: { mutations: [{ type: "delete", key: "/c" }] }, result: committed(5) },
    ],
    ["changes nothing without mutations", { txn: { compares: [compare("/a", 3)] }, result: committed(5) }],
    [
      "passes when a key is absent as expected, also one that was deleted",
      {
        txn: { compares: [compare("/c", 0)], mutations: [put("/c", "new")] },
        result: committed(6),
        items: [...before, "/c=new"],
      },
    ],
    [
      "is refused when a key exists against expectation",
      { txn: { compares: [compare("/a", 0)], mutations: [put("/a", "x")] }, result: conflict("/a", 3) },
    ],
    [
      "is refused for an older revision of the key",
      { txn: { compares: [compare("/a", 1)], mutations: [put("/d", "x")] }, result: conflict("/a", 3) },
    ],
    [
      "is refused for a revision of a deleted key",
      { txn: { compares: [compare("/c", 5)] }, result: conflict("/c", 0) },
    ],
    [
      "names the first compare that fails",
      { txn: { compares: [compare("/a", 3), compare("/b", 9), compare("/c", 9)] }, result: conflict("/b", 2) },
    ],
    [
      "passes a fence of its entry's term",
      { txn: { fence: 7, mutations: [put("/a", "x")] }, result: committed(6), items: ["/a=x", "/b=/b"] },
    ],
    [
      "is refused with a fence of an older term",
      { txn: { fence: 6, mutations: [put("/a", "x")] }, result: { kind: "fenced", term: 7 } },
    ],
    [
      "looks at the fence before the compares",
      { txn: { fence: 6, compares: [compare("/a", 9)] }, result: { kind: "fenced", term: 7 } },
    ],
  ])("%s", async (_, { txn, result, items = before }) => {
    const driven = await openWithHistory();
    expect(driven.txn(txn)).toEqual(result);
    const range = await driven.machine.reader.range({ prefix: "/" });
    expect(range.items.map(({ key, value }) => `${key}=${value}`)).toEqual(items);
  });

  it("keeps the create revision until the key is deleted", async () => {
    const driven = await openWithHistory();
    const { reader } = driven.machine;
    expect(await reader.get("/a")).toEqual({ key: "/a", value: "/a2", createRevision: 1, modRevision: 3 });
    expect(await reader.get("/c")).toBeUndefined();
    driven.put(["/c"]);
    expect(await reader.get("/c")).toEqual({ key: "/c", value: "/c", createRevision: 6, modRevision: 6 });
  });

  it("changes nothing when the entry holds no command that is known", async () => {
    const { machine } = await openWithHistory();
    expect(machine.apply(machine.appliedIndex + 1, 8, undefined)).toEqual(committed(5));
    expect(machine.revision).toBe(5);
  });
});
