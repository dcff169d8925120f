import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TokenRequest } from "../../api/board-link.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { SimulatedRuntime } from "../runtime-simulated.ts";
import { nodeObject, podObject, TestBoard } from "../testing/test-board.ts";

const volume = {
  name: "kube-api-access-x",
  projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 1000 } }] },
};
const container = {
  name: "main",
  image: "busybox:test",
  volumeMounts: [{ name: volume.name, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true }],
};
const pod = podObject("web", { containers: [container], volumes: [volume], serviceAccountName: "robot" });

describe("the tokens of a board's pods", () => {
  let clock: VirtualClock;
  let board: TestBoard;
  let asked: TokenRequest[];
  let canGrant: boolean;

  beforeEach(async () => {
    clock = new VirtualClock();
    asked = [];
    canGrant = true;
    const engine = new SimulatedRuntime({ clock, images: ["busybox:test"], registry: () => false });
    board = await TestBoard.make(engine, clock);
    board.voter.grant = (request) => {
      asked.push(request);
      const { id, expirationSeconds } = request;
      if (!canGrant) return { type: "refused", id, why: "not now" };
      const iat = Math.floor(clock.nowMs() / 1000);
      const claims = JSON.stringify({ iat, exp: iat + expirationSeconds });
      const token = `${asked.length}.${Buffer.from(claims).toString("base64url")}.signature`;
      return { type: "granted", id, token };
    };
    board.voter.put(nodeObject, pod);
    await board.startAgent();
  });
  afterEach(() => board.remove());

  const tokenFile = () => join(board.dataDir, "pods/uid-web/volumes/kube-api-access-x/token");
  const token = async () => (await readFile(tokenFile(), "utf8").catch(() => "none")).split(".")[0];
  const running = () => eventually("the pod runs", () => board.voter.status("web")?.["phase"] === "Running");
  const shown = (expected: string) => eventually(`token ${expected}`, async () => (await token()) === expected);

  it("are asked for once, for the pod's own account, and replaced at 80 % of their life", async () => {
    board.voter.connect();
    await running();
    expect(await token()).toBe("1");
    expect(asked).toEqual([
      {
        id: expect.any(String),
        namespace: "default",
        name: "web",
        uid: "uid-web",
        serviceAccount: "robot",
        audience: "",
        expirationSeconds: 1000,
      },
    ]);
    clock.advance(799_000);
    await new Promise(setImmediate);
    expect(asked).toHaveLength(1);
    clock.advance(1_000);
    await shown("2");
    expect(board.store.writes).toBe(1);
  });

  it("stay while the board is cut off, and are replaced when it is back", async () => {
    board.voter.connect();
    await running();
    board.voter.disconnect();
    clock.advance(2_000_000);
    expect(await token()).toBe("1");
    board.voter.connect();
    await eventually("the token is replaced", async () => {
      clock.advance(1_000);
      return (await token()) === "2";
    });
  });

  it("are known again after a restart of the agent", async () => {
    board.voter.connect();
    await running();
    await board.stopAgent();
    await board.startAgent();
    board.voter.connect();
    clock.advance(700_000);
    await new Promise(setImmediate);
    expect(asked).toHaveLength(1);
    clock.advance(100_000);
    await shown("2");
  });

  it("hold up no pod: it starts without, and finds its token when there is one", async () => {
    canGrant = false;
    board.voter.connect();
    await running();
    expect(await token()).toBe("none");
    canGrant = true;
    await eventually("the token is there", async () => {
      clock.advance(1_000);
      return (await token()) !== "none";
    });
  });

  it("come as soon as a voter is there", async () => {
    canGrant = false;
    board.voter.connect();
    await running();
    board.voter.disconnect();
    canGrant = true;
    board.voter.connect();
    await shown("2");
  });
});
