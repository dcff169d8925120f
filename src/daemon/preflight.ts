/** What a board must have before `run` begins: decided from facts, each want answered with one line that mends it. */
import type { RequirementFacts } from "../platform/host/requirement-facts.ts";

const debianPackages = { ip: "iproute2", wg: "wireguard-tools", nft: "nftables", nsenter: "util-linux" } as const;

/** One line a want, in the order in which they should be mended; empty for a board that may run. */
export function wantsOf(facts: RequirementFacts): readonly string[] {
  // Without Linux or root the other facts say nothing.
  if (facts.platform !== "linux") return [`bramble runs boards on Linux, this is ${facts.platform}: use a Linux board`];
  if (facts.uid !== 0) return ["bramble needs root for networks and mounts: run it with sudo, or as a service"];
  return [...programWants(facts), ...wireguardWants(facts), ...engineWants(facts)];
}

function programWants({ programs }: RequirementFacts): readonly string[] {
  const missing = (["ip", "wg", "nft", "nsenter"] as const).filter((name) => !programs[name]);
  if (missing.length === 0) return [];
  const packages = missing.map((name) => debianPackages[name]).join(" ");
  return [`${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing: apt-get install ${packages}`];
}

function wireguardWants({ kernelWireguard, programs }: RequirementFacts): readonly string[] {
  return kernelWireguard || programs["wireguard-go"]
    ? []
    : ["this kernel has no WireGuard, and wireguard-go is missing: apt-get install wireguard-go"];
}

function engineWants({ engine, engineSocket }: RequirementFacts): readonly string[] {
  switch (engine) {
    case "answers":
      return [];
    case "absent":
      return [`there is no Docker engine at ${engineSocket}: apt-get install docker.io, or point DOCKER_HOST at one`];
    case "refused":
      return [`nobody answers at ${engineSocket}: start the Docker engine with systemctl start docker`];
    case "silent":
      return [`the Docker engine at ${engineSocket} does not answer: see journalctl -u docker, then restart it`];
    case "unsupported":
      return [`DOCKER_HOST is ${engineSocket}, which is no local socket: use unix:///path/to/docker.sock`];
  }
}
