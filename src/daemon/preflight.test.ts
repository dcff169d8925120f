import { describe, expect, it } from "vitest";
import type { RequirementFacts } from "../doctor/facts.ts";
import { wantsOf } from "./preflight.ts";

const good: RequirementFacts = {
  platform: "linux",
  uid: 0,
  programs: { ip: true, wg: true, nft: true, nsenter: true, "wireguard-go": false, dockerd: false },
  kernelWireguard: true,
  engine: "answers",
  engineSocket: "/var/run/docker.sock",
};

describe("wantsOf", () => {
  it("lets a board run that has all it needs, with either WireGuard", () => {
    expect(wantsOf(good)).toEqual([]);
    const userspace = { ...good, kernelWireguard: false, programs: { ...good.programs, "wireguard-go": true } };
    expect(wantsOf(userspace)).toEqual([]);
  });

  it.each<[string, Partial<RequirementFacts>, RegExp]>([
    ["another system", { platform: "darwin", uid: 501 }, /on Linux/],
    ["no root, whatever else is missing", { uid: 1000, engine: "refused" }, /root.*sudo/],
    ["a missing tool", { programs: { ...good.programs, nft: false } }, /^nft is missing: apt-get install nftables$/],
    [
      "missing tools",
      { programs: { ...good.programs, ip: false, wg: false } },
      /^ip, wg are missing: apt-get install iproute2 wireguard-tools$/,
    ],
    ["no WireGuard", { kernelWireguard: false }, /apt-get install wireguard-go/],
    ["no engine", { engine: "absent" }, /docker\.sock: apt-get install docker\.io/],
    [
      "an engine that has never run",
      { programs: { ...good.programs, dockerd: true }, engine: "absent" },
      /enable --now/,
    ],
    ["an engine that is stopped", { engine: "refused" }, /systemctl start docker/],
    ["an engine that hangs", { engine: "silent" }, /does not answer/],
    ["an engine elsewhere", { engine: "unsupported", engineSocket: "tcp://10.0.0.9:2375" }, /no local socket/],
  ])("names one want for %s", (_, facts, line) => {
    const wants = wantsOf({ ...good, ...facts });
    expect(wants).toHaveLength(1);
    expect(wants[0]).toMatch(line);
  });
});
