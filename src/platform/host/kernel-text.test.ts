/** What the kernel and its tools print, as this machine's versions print it. */
import { describe, expect, it } from "vitest";
import { parseDump, parseTraffic } from "../wireguard/parse-dump.ts";
import { boardUsage } from "./board-meter.ts";
import { linksIn, localAddresses } from "./pod-links.ts";

it("wg show dump", () => {
  const dump = [
    "cHJpdmF0ZQ==\tcHVibGlj\t51820\toff",
    "cGVlcjI=\t(none)\t10.99.0.2:51820\t10.42.2.0/24\t1763719345\t4244\t4040\t25",
    "cGVlcjM=\t(none)\t(none)\t(none)\t0\t0\t0\toff",
    "",
  ].join("\n");
  expect(parseDump(dump)).toEqual([
    { publicKey: "cGVlcjI=", endpoint: "10.99.0.2:51820", allowedIps: ["10.42.2.0/24"], keepaliveSeconds: 25 },
    { publicKey: "cGVlcjM=", endpoint: undefined, allowedIps: [], keepaliveSeconds: undefined },
  ]);
  expect(parseTraffic(dump)).toEqual([
    {
      publicKey: "cGVlcjI=",
      endpoint: "10.99.0.2:51820",
      handshakeSeconds: 1763719345,
      receivedBytes: 4244,
      sentBytes: 4040,
    },
    { publicKey: "cGVlcjM=", endpoint: undefined, handshakeSeconds: undefined, receivedBytes: 0, sentBytes: 0 },
  ]);
});

it("/proc/net/dev", () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
pod4f1c2d3eaaaa: 12 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0
`;
  expect(linksIn(text)).toEqual(["lo", "pod4f1c2d3eaaaa"]);
});

describe("/proc/net/fib_trie", () => {
  it("tells a host's own addresses from networks and broadcasts", () => {
    const text = `Main:
  +-- 10.42.1.0/24 2 0 2
     |-- 10.42.1.0
        /24 link UNICAST
     |-- 10.42.1.7
        /32 host LOCAL
     |-- 10.42.1.255
        /32 link BROADCAST
`;
    expect(localAddresses(text)).toEqual(["10.42.1.7"]);
    expect(localAddresses("")).toEqual([]);
  });
});

it("/proc/stat and /proc/meminfo", () => {
  const stat = "cpu  100 5 50 9000 40 3 2 1 0 0\ncpu0 100 5 50 9000 40 3 2 1 0 0\nintr 1\n";
  const memory = "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     600 kB\n";
  expect(boardUsage(stat, memory)).toEqual({ cpuNs: 1_610_000_000, memoryBytes: 400 * 1024 });
});
