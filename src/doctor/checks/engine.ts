/** What kind of Docker engine it is. Whether there is one is a requirement, and said there. */
import type { EngineFacts, HostFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";

/** The oldest that the tests run against. */
const majorMin = 20;
const configuration = "/etc/docker/daemon.json";

export function checkEngine({ engine, kernel }: HostFacts): readonly Finding[] {
  if (engine === undefined) return [];
  return [
    ...checkVersion(engine),
    ...checkRootless(engine),
    ...checkStorageDriver(engine),
    ...checkLimits(engine, kernel.cgroupMemory),
    ...checkNeighbours(engine),
  ];
}

function checkVersion({ version }: EngineFacts): readonly Finding[] {
  const major = Number.parseInt(version, 10);
  if (!(major < majorMin)) return [];
  return [
    {
      check: "engine-version",
      severity: "error",
      what: `the Docker engine is ${version}`,
      why: `bramble uses what engines have since ${majorMin}.10`,
      fix: "apt-get install docker.io from a current release of the distribution",
    },
  ];
}

function checkRootless({ securityOptions, dataRoot }: EngineFacts): readonly Finding[] {
  const check = "engine-kind";
  const fix = "apt-get install docker.io, and let DOCKER_HOST point at it";
  if (securityOptions.some((option) => option.startsWith("name=rootless"))) {
    const why = "its containers live in a network of its own, into which bramble cannot lead the pods' interfaces";
    return [{ check, severity: "error", what: "the Docker engine runs without root", why, fix }];
  }
  if (securityOptions.some((option) => option.startsWith("name=userns"))) {
    const why = "files that the agent writes for pods belong to nobody inside them, and volumes cannot be written";
    const remap = `remove userns-remap from ${configuration}, then systemctl restart docker`;
    return [{ check, severity: "warning", what: "the Docker engine maps users (userns-remap)", why, fix: remap }];
  }
  if (dataRoot.startsWith("/var/snap/")) {
    const why = "a snap sees its own file system: volumes under the data directory cannot be mounted into pods";
    return [{ check, severity: "error", what: "the Docker engine is a snap", why, fix: `snap remove docker; ${fix}` }];
  }
  return [];
}

function checkStorageDriver({ storageDriver }: EngineFacts): readonly Finding[] {
  const check = "storage-driver";
  const fix = `"storage-driver": "overlay2" in ${configuration} (images are pulled anew), then systemctl restart docker`;
  if (storageDriver === "vfs") {
    const why = "every container copies its whole image: starts are slow, the disk fills up, a card wears out";
    return [{ check, severity: "warning", what: "the engine's storage driver is vfs", why, fix }];
  }
  if (storageDriver === "devicemapper" || storageDriver === "aufs") {
    const why = "newer engines have given it up, and lose every image with it";
    return [{ check, severity: "warning", what: `the engine's storage driver is ${storageDriver}`, why, fix }];
  }
  return [];
}

function checkLimits({ limitsMemory }: EngineFacts, cgroupMemory: boolean): readonly Finding[] {
  // Where the kernel lacks the cgroup, that is the finding.
  if (limitsMemory || !cgroupMemory) return [];
  return [
    {
      check: "engine-limits",
      severity: "warning",
      what: "the engine does not limit memory, although the kernel could",
      why: "it looks at its start only: limits of pods are ignored until then",
      fix: "systemctl restart docker",
    },
  ];
}

function checkNeighbours({ liveRestore, inSwarm }: EngineFacts): readonly Finding[] {
  if (inSwarm) {
    const why = "Swarm's services take memory and ports beside the pods, and bramble does not know of them";
    const fix = "docker swarm leave --force, once its services are no longer needed";
    return [{ check: "swarm", severity: "note", what: "the engine is part of a Swarm", why, fix }];
  }
  if (liveRestore) return [];
  return [
    {
      check: "live-restore",
      severity: "note",
      what: "the engine ends its containers when it is restarted",
      why: "an upgrade of Docker restarts every pod of the board",
      fix: `"live-restore": true in ${configuration}, then systemctl reload docker`,
    },
  ];
}
