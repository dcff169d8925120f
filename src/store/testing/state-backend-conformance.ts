/** What every `StateBackend` must do; run on each of them. */
import { describe, expect, it } from "vitest";
import type { BackendEntry, BackendOperation, BackendRange, StateBackend } from "../state-backend.ts";

export interface BackendFixture {
  readonly backend: StateBackend;
  /** Closes the backend and opens it again on the same storage. */
  reopen(): Promise<StateBackend>;
  remove(): Promise<void>;
}

export function describeStateBackend(name: string, create: () => Promise<BackendFixture>): void {
  const using = async (body: (fixture: BackendFixture) => Promise<void>) => {
    const fixture = await create();
    try {
      await body(fixture);
    } finally {
      await fixture.remove();
    }
  };

  describe(`${name} as a state backend`, () => {
    it("returns what was written, and undefined for what was not", () =>
      using(async ({ backend }) => {
        await backend.write([put("a", "1"), put("b", "")]);
        expect(await backend.get("a")).toBe("1");
        expect(await backend.get("c")).toBeUndefined();
        expect(await backend.getMany(["c", "b", "a", "a"])).toEqual([undefined, "", "1", "1"]);
        expect(await backend.getMany([])).toEqual([]);
      }));

    it("applies the operations of a batch in order", () =>
      using(async ({ backend }) => {
        await backend.write([put("a", "1"), put("b", "1")]);
        await backend.write([remove("a"), put("b", "2"), put("c", "3"), remove("c"), remove("absent")]);
        expect(await backend.getMany(["a", "b", "c"])).toEqual([undefined, "2", undefined]);
      }));

    it("keeps any well-formed text across a reopening", () =>
      using(async (fixture) => {
        const value = `{"name":"Brombeere 🫐 é\u0000\u2028","long":"${"x".repeat(100_000)}"}`;
        await fixture.backend.write([put("a", value)]);
        const again = await fixture.reopen();
        expect(await again.get("a")).toBe(value);
      }));

    it("scans by key between its bounds, forwards, backwards and up to a limit", () =>
      using(async ({ backend }) => {
        await backend.write(["b/2", "a", "b/10", "c", "b/1", "b0"].map((key) => put(key, key.toUpperCase())));
        const range = { from: "b/", to: "b0" };
        expect(await keys(backend, range)).toEqual(["b/1", "b/10", "b/2"]);
        expect(await keys(backend, { ...range, limit: 2 })).toEqual(["b/1", "b/10"]);
        expect(await keys(backend, { ...range, limit: 2, reverse: true })).toEqual(["b/2", "b/10"]);
        expect(await keys(backend, { from: "a", to: "a" })).toEqual([]);
        expect(await scan(backend, { from: "c", to: "d" })).toEqual([{ key: "c", value: "C" }]);
      }));

    it("reads many as of the call, whatever is written meanwhile", () =>
      using(async ({ backend }) => {
        await backend.write([put("a", "old"), put("b", "old")]);
        const reading = backend.getMany(["a", "b"]);
        await backend.write([remove("a"), put("b", "new")]);
        expect(await reading).toEqual(["old", "old"]);
        expect(await backend.getMany(["a", "b"])).toEqual([undefined, "new"]);
      }));
  });
}

const put = (key: string, value: string): BackendOperation => ({ type: "put", key, value });
const remove = (key: string): BackendOperation => ({ type: "delete", key });

async function scan(backend: StateBackend, range: BackendRange): Promise<BackendEntry[]> {
  const entries: BackendEntry[] = [];
  for await (const entry of backend.scan(range)) entries.push(entry);
  return entries;
}

async function keys(backend: StateBackend, range: BackendRange): Promise<string[]> {
  return (await scan(backend, range)).map((entry) => entry.key);
}
