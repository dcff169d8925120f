/** Two boards on a cable, their tunnels, their pods, and what is left of it all in the end. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Clock, delay } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/logger.ts";
import type { BoardNetwork } from "../../network/board-network.ts";
import { endpointAnnotation, type MeshNode, publicKeyAnnotation } from "../../network/render/mesh.ts";
import type { RunCommand } from "./run-command.ts";
import { type NetworkOptions, startNetwork } from "./start-network.ts";
import { systemClock } from "./system-clock.ts";
import { type BareBoard, cable, inSandbox, processesIn, startBareBoard } from "./testing/bare-board.ts";

const boards: BareBoard[] = [];
const networks: BoardNetwork[] = [];
afterEach(async () => {
  for (const network of networks.splice(0)) await network.tearDown();
  for (const board of boards.splice(0)) await board.stop();
});

async function twoBoards(): Promise<[BareBoard, BareBoard]> {
  const pair: [BareBoard, BareBoard] = [await startBareBoard(), await startBareBoard()];
  boards.push(...pair);
  await cable(pair[0], "10.99.0.1/24", pair[1], "10.99.0.2/24");
  return pair;
}

/** Looks again after a moment where a board waits a minute. */
const impatientClock: Clock = { ...systemClock, after: (ms, action) => systemClock.after(Math.min(ms, 300), action) };

const optionsOf = (board: BareBoard, node: string): NetworkOptions => ({
  node,
  podCidrFleet: "10.42.0.0/16",
  serviceCidr: "10.43.0.0/16",
  dataDir: board.directory,
  listenPort: 51820,
  clock: impatientClock,
  log: silentLogger,
  run: board.run,
  ownNet: board.ownNet,
});

async function startOn(board: BareBoard, node: string): Promise<BoardNetwork> {
  const network = await startNetwork(optionsOf(board, node));
  networks.push(network);
  return network;
}

const nodeOf = (n: number, network: BoardNetwork, address = `10.99.0.${n}`): MeshNode => ({
  metadata: {
    name: `b${n}`,
    annotations: { [publicKeyAnnotation]: network.publicKey, [endpointAnnotation]: `${address}:51820` },
  },
  spec: { podCIDR: `10.42.${n}.0/24` },
});

/** Waits until `holds` does, or fails with what it said last. */
async function eventually(holds: () => Promise<unknown>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(systemClock, 50);
    }
  }
}

const ping = (pid: number, address: string) => inSandbox(pid)(["busybox", "ping", "-c", "1", "-W", "1", address]);

describe("the board's network", () => {
  it("joins pods across boards with their own addresses, and follows a board that moves", async () => {
    const [one, two] = await twoBoards();
    const [n1, n2] = [await startOn(one, "b1"), await startOn(two, "b2")];
    const nodes = [nodeOf(1, n1), nodeOf(2, n2)];
    for (const network of [n1, n2]) network.update(nodes);

    const [p1, p2] = [await one.sandbox(), await two.sandbox()];
    await n1.podNetwork.attach({ uid: "11111111-0000", sandboxPid: p1, address: "10.42.1.7" });
    await n2.podNetwork.attach({ uid: "22222222-0000", sandboxPid: p2, address: "10.42.2.9" });
    await eventually(() => ping(p1, "10.42.2.9"));
    await ping(p2, "10.42.1.1");

    const linkBefore = await one.run(["ip", "-o", "link", "show", "pod111111110000"]);
    await n1.podNetwork.attach({ uid: "11111111-0000", sandboxPid: p1, address: "10.42.1.7" });
    expect(await one.run(["ip", "-o", "link", "show", "pod111111110000"])).toBe(linkBefore);

    // The caller's address is the pod's own: nothing on the way rewrites it.
    const served = inSandbox(p2)(["busybox", "nc", "-l", "-p", "80", "-e", "busybox", "netstat", "-nt"]);
    await eventually(async () =>
      expect(await inSandbox(p1)(["busybox", "nc", "-w", "1", "10.42.2.9", "80"])).toMatch(
        /10.42.2.9:80 +\S*10.42.1.7:/,
      ),
    );
    await served;

    await two.run(["ip", "address", "flush", "dev", "eth0"]);
    await two.run(["ip", "address", "add", "10.99.0.22/24", "dev", "eth0"]);
    for (const network of [n1, n2]) network.update([nodeOf(1, n1), nodeOf(2, n2, "10.99.0.22")]);
    await eventually(() => ping(p1, "10.42.2.9"));

    await n1.podNetwork.detach("11111111-0000");
    await n1.podNetwork.detach("11111111-0000");
    await expect(one.run(["ip", "link", "show", "pod111111110000"])).rejects.toThrow("does not exist");
  });

  it("hides pods behind the board's address on the way out only, and mends what others remove", async () => {
    const [one, two] = await twoBoards();
    const n1 = await startOn(one, "b1");
    n1.update([nodeOf(1, n1)]);
    const pod = await one.sandbox();
    await n1.podNetwork.attach({ uid: "11111111-0000", sandboxPid: pod, address: "10.42.1.7" });
    // Board two has no route to 10.42.1.7: only a masqueraded ping is answered.
    await eventually(() => ping(pod, "10.99.0.2"));

    await one.run(["nft", "flush", "ruleset"]);
    await eventually(() => one.run(["nft", "list", "table", "ip", "bramble"]));
    await one.run(["ip", "link", "del", "bramble-wg"]);
    await eventually(() => one.run(["wg", "show", "bramble-wg"]));
    expect(await two.run(["ip", "-o", "link"])).not.toContain("bramble");
  });

  it("leads the API's address to a voter, for pods and for the board itself, and then to another", async () => {
    const [one, two] = await twoBoards();
    const n1 = await startOn(one, "b1");
    const service = { address: "10.43.0.1", port: 443 };
    // Before the board knows its prefix: nothing to change yet, and nothing lost.
    n1.leadApiTo({ service, voter: { address: "10.99.0.2", port: 6443 } });
    n1.update([nodeOf(1, n1)]);
    const pod = await one.sandbox();
    await n1.podNetwork.attach({ uid: "11111111-0000", sandboxPid: pod, address: "10.42.1.7" });
    const answerFrom = async (ask: RunCommand, port: number, word: string) => {
      const served = two.run(["busybox", "nc", "-l", "-p", String(port), "-e", "echo", word]);
      await eventually(async () =>
        expect(await ask(["busybox", "nc", "-w", "1", service.address, String(service.port)])).toBe(`${word}\n`),
      );
      await served;
    };
    await answerFrom(inSandbox(pod), 6443, "one");
    await answerFrom(one.run, 6443, "two");
    n1.leadApiTo({ service, voter: { address: "10.99.0.2", port: 6444 } });
    await answerFrom(inSandbox(pod), 6444, "three");
  });

  it("is adopted by the next process, keeps its key private, and leaves nothing behind", async () => {
    const [one] = await twoBoards();
    const linksBefore = await one.run(["ip", "-o", "-br", "address"]);
    const first = await startOn(one, "b1");
    first.update([nodeOf(1, first)]);
    const pod = await one.sandbox();
    await first.podNetwork.attach({ uid: "11111111-0000", sandboxPid: pod, address: "10.42.1.7" });
    const key = join(one.directory, "wireguard.key");
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    const daemonsBefore = await processesIn(one, "wireguard-go");
    await first.stop();

    const second = await startOn(one, "b1");
    expect(second.publicKey).toBe(first.publicKey);
    expect(await processesIn(one, "wireguard-go")).toEqual(daemonsBefore);
    expect(await readFile(key, "utf8")).toMatch(/^[\w+/]{43}=\n$/);
    second.update([nodeOf(1, second)]);
    await eventually(() => ping(pod, "10.42.1.1"));

    await second.tearDown();
    expect(await one.run(["ip", "-o", "-br", "address"])).toBe(linksBefore);
    expect(await one.run(["ip", "route", "show", "10.42.0.0/16"])).toBe("");
    expect(await one.run(["nft", "list", "ruleset"])).toBe("");
    await eventually(async () => expect(await processesIn(one, "wireguard-go")).toEqual([]));
  });

  it("says which package a missing tool is in, and which port is taken", async () => {
    const [one] = await twoBoards();
    const options = optionsOf(one, "b1");
    const withoutWg: NetworkOptions = {
      ...options,
      run: (command, input) =>
        options.run?.(command[0] === "wg" ? ["no-such-wg"] : command, input) ?? Promise.resolve(""),
    };
    await expect(startNetwork(withoutWg)).rejects.toThrow("no-such-wg");

    await one.run(["wireguard-go", "other-wg"]);
    await eventually(() => one.run(["wg", "set", "other-wg", "listen-port", "51820"]));
    await one.run(["ip", "link", "set", "other-wg", "up"]);
    await expect(startNetwork(options)).rejects.toThrow("UDP port 51820 is in use by another program");
    for (const name of ["bramble-wg", "other-wg"]) await one.run(["ip", "link", "del", name]);
  });
});
