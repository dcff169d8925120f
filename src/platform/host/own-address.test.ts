import { describe, expect, it } from "vitest";
import { ownAddress } from "./own-address.ts";

const ipv4 = (address: string, internal = false) => ({ address, family: "IPv4" as const, internal });

describe("ownAddress", () => {
  it("takes the one address that leads to other boards", () => {
    const interfaces = {
      lo: [ipv4("127.0.0.1", true)],
      eth0: [ipv4("192.168.1.11"), { address: "fe80::1", family: "IPv6" as const, internal: false }],
      eth1: [ipv4("169.254.7.7")],
      docker0: [ipv4("172.17.0.1")],
      "bramble-wg": [ipv4("10.42.1.1")],
    };
    expect(ownAddress(interfaces)).toBe("192.168.1.11");
  });

  it("asks where there are several, or none", () => {
    const several = { eth0: [ipv4("192.168.1.11")], wlan0: [ipv4("192.168.1.12")] };
    expect(() => ownAddress(several)).toThrow(/192\.168\.1\.11, 192\.168\.1\.12.*--address/);
    expect(() => ownAddress({ lo: [ipv4("127.0.0.1", true)] })).toThrow(/--address/);
  });
});
