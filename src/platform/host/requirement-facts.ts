/** Reads off the machine what `run` depends on; changes nothing. */
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { type ProgramName, programNames, type RequirementFacts } from "../../doctor/facts.ts";
import type { HostRoot } from "../../doctor/ports.ts";
import { directoryRoot } from "./doctor/directory-root.ts";
import { moduleState } from "./doctor/kernel-facts.ts";

const engineTimeoutMs = 10_000;
const defaultEngineSocket = "/var/run/docker.sock";

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
  readonly uid: number;
}

export const thisProcess: Surroundings = {
  env: process.env,
  platform: process.platform,
  uid: process.getuid?.() ?? -1,
};

export async function gatherRequirementFacts(
  root: HostRoot = directoryRoot("/"),
  { env, platform, uid }: Surroundings = thisProcess,
): Promise<RequirementFacts> {
  const { PATH: path = "", DOCKER_HOST: dockerHost = `unix://${defaultEngineSocket}` } = env;
  const found = await Promise.all(programNames.map((name) => isProgram(root, name, path)));
  const programs = Object.fromEntries(programNames.map((name, index) => [name, found[index] ?? false]));
  return {
    platform,
    uid,
    programs: programs as Record<ProgramName, boolean>,
    kernelWireguard: (await moduleState(root, "wireguard")) !== "absent",
    ...(await askEngine(root, dockerHost)),
  };
}

async function isProgram(root: HostRoot, name: string, path: string): Promise<boolean> {
  // As the commands themselves are looked for: a service's path may lack the sbin directories.
  const directories = [...path.split(delimiter), "/usr/sbin", "/sbin", "/usr/bin", "/bin"].filter(
    (part) => part !== "",
  );
  const found = await Promise.all(directories.map((directory) => root.isExecutable(join(directory, name))));
  return found.includes(true);
}

async function askEngine(
  root: HostRoot,
  dockerHost: string,
): Promise<Pick<RequirementFacts, "engine" | "engineSocket">> {
  if (!dockerHost.startsWith("unix://")) return { engine: "unsupported", engineSocket: dockerHost };
  const engineSocket = dockerHost.slice("unix://".length);
  return { engine: await pingEngine(root.socket(engineSocket)), engineSocket };
}

function pingEngine(socketPath: string): Promise<RequirementFacts["engine"]> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (engine: RequirementFacts["engine"]) => {
      socket.destroy();
      resolve(engine);
    };
    socket.setTimeout(engineTimeoutMs, () => settle("silent"));
    socket.once("connect", () => socket.write("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"));
    socket.once("data", (chunk) => settle(chunk.toString("latin1").startsWith("HTTP/") ? "answers" : "silent"));
    socket.once("end", () => settle("silent"));
    socket.once("error", (error) => settle("code" in error && error.code === "ENOENT" ? "absent" : "refused"));
  });
}
