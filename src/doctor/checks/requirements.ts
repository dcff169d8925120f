/** What a board must have before `run` begins; `run` itself asks no more and no less. */
import type { RequirementFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const debianPackages = { ip: "iproute2", wg: "wireguard-tools", nft: "nftables", nsenter: "util-linux" } as const;

/** In the order in which they should be mended; empty for a board that may run. */
export function checkRequirements(facts: RequirementFacts): readonly Finding[] {
  const { platform, uid } = facts;
  // Without Linux or root the other facts say nothing.
  if (platform !== "linux") {
    const what = `bramble runs boards on Linux, this is ${platform}`;
    const why = "pods are containers of a Linux kernel; the other commands work anywhere";
    return [{ check: "linux", severity: "error", what, why, fix: "use a Linux board" }];
  }
  if (uid !== 0) {
    const what = "bramble needs root for networks and mounts";
    const why = "it makes interfaces, routes, rules and mounts for pods, and most of what is looked at here is hidden";
    return [{ check: "root", severity: "error", what, why, fix: "run it with sudo, or as a service" }];
  }
  return [...checkPrograms(facts), ...checkWireguard(facts), ...checkEngineAnswers(facts)];
}

function checkPrograms({ programs }: RequirementFacts): readonly Finding[] {
  const missing = (["ip", "wg", "nft", "nsenter"] as const).filter((name) => !programs[name]);
  if (missing.length === 0) return [];
  return [
    {
      check: "programs",
      severity: "error",
      what: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing`,
      why: "the pods' network is made with them",
      fix: `apt-get install ${missing.map((name) => debianPackages[name]).join(" ")}`,
    },
  ];
}

function checkWireguard({ kernelWireguard, programs }: RequirementFacts): readonly Finding[] {
  if (kernelWireguard || programs["wireguard-go"]) return [];
  return [
    {
      check: "wireguard",
      severity: "error",
      what: "this kernel has no WireGuard, and wireguard-go is missing",
      why: "pods of different boards reach each other through WireGuard only",
      fix: "apt-get install wireguard-go",
    },
  ];
}

function checkEngineAnswers({ engine, engineSocket, programs }: RequirementFacts): readonly Finding[] {
  const why = "pods are containers of the board's Docker engine";
  const finding = (what: string, fix: string): readonly Finding[] => [
    { check: "engine", severity: "error", what, why, fix },
  ];
  switch (engine) {
    case "answers":
      return [];
    case "absent":
      return programs.dockerd
        ? finding(`the Docker engine does not run: there is no ${engineSocket}`, "systemctl enable --now docker")
        : finding(
            `there is no Docker engine at ${engineSocket}`,
            "apt-get install docker.io, or point DOCKER_HOST at one",
          );
    case "refused":
      return finding(`nobody answers at ${engineSocket}`, "start the Docker engine with systemctl start docker");
    case "silent":
      return finding(
        `the Docker engine at ${engineSocket} does not answer`,
        "see journalctl -u docker, then restart it with systemctl restart docker",
      );
    case "unsupported":
      return finding(
        `DOCKER_HOST is ${engineSocket}, which is no local socket`,
        "use DOCKER_HOST=unix:///path/to/docker.sock",
      );
  }
}
