import { describe, expect, it } from "vitest";
import { SharedRead } from "./shared-read.ts";

function makeRead() {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let begun = 0;
  const shared = new SharedRead(() => {
    begun += 1;
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  });
  return { shared, waiting, begun: () => begun };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("SharedRead", () => {
  it("lets everybody who came during one read share the next", async () => {
    const { shared, waiting, begun } = makeRead();
    const first = shared.fresh();
    let served = 0;
    const others = [1, 2, 3].map(() =>
      shared.fresh().then(() => {
        served += 1;
      }),
    );
    waiting[0]?.resolve();
    await first;
    await settle();
    expect([begun(), served]).toEqual([2, 0]);
    waiting[1]?.resolve();
    await Promise.all(others);
    expect([begun(), served]).toEqual([2, 3]);
  });

  it("tells a failure to those it concerns, and reads again for the others", async () => {
    const { shared, waiting } = makeRead();
    const first = shared.fresh();
    const second = shared.fresh();
    waiting[0]?.reject(new Error("no leader"));
    await expect(first).rejects.toThrow("no leader");
    await settle();
    waiting[1]?.resolve();
    await expect(second).resolves.toBeUndefined();
  });
});
