/** Reads off the machine what `run` depends on; changes nothing. */
import { access, constants, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { release } from "node:os";
import { delimiter, join } from "node:path";

const programNames = ["ip", "wg", "nft", "nsenter", "wireguard-go"] as const;
export type ProgramName = (typeof programNames)[number];

export interface RequirementFacts {
  readonly platform: string;
  readonly uid: number;
  readonly programs: Readonly<Record<ProgramName, boolean>>;
  /** Built in or loaded; a module that is there but not loaded counts too. */
  readonly kernelWireguard: boolean;
  readonly engine: "answers" | "absent" | "refused" | "silent" | "unsupported";
  /** The path asked, or the whole of a `DOCKER_HOST` that names no path. */
  readonly engineSocket: string;
}

const engineTimeoutMs = 10_000;
const defaultEngineSocket = "/var/run/docker.sock";

export async function gatherRequirementFacts(env: NodeJS.ProcessEnv = process.env): Promise<RequirementFacts> {
  const { PATH: path = "", DOCKER_HOST: dockerHost = `unix://${defaultEngineSocket}` } = env;
  const found = await Promise.all(programNames.map((name) => isProgram(name, path)));
  const programs = Object.fromEntries(programNames.map((name, index) => [name, found[index] ?? false]));
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    programs: programs as Record<ProgramName, boolean>,
    kernelWireguard: await hasKernelWireguard(),
    ...(await askEngine(dockerHost)),
  };
}

async function isProgram(name: string, path: string): Promise<boolean> {
  // As the commands themselves are looked for: a service's path may lack the sbin directories.
  const directories = [...path.split(delimiter), "/usr/sbin", "/sbin", "/usr/bin", "/bin"].filter(
    (part) => part !== "",
  );
  const found = await Promise.all(directories.map((directory) => may(join(directory, name), constants.X_OK)));
  return found.includes(true);
}

async function hasKernelWireguard(): Promise<boolean> {
  if (await may("/sys/module/wireguard", constants.F_OK)) return true;
  const modules = await Promise.all(
    ["modules.builtin", "modules.dep"].map((name) =>
      readFile(join("/lib/modules", release(), name), "utf8").catch(() => ""),
    ),
  );
  return modules.some((text) => /\/wireguard\.ko/.test(text));
}

async function askEngine(dockerHost: string): Promise<Pick<RequirementFacts, "engine" | "engineSocket">> {
  if (!dockerHost.startsWith("unix://")) return { engine: "unsupported", engineSocket: dockerHost };
  const engineSocket = dockerHost.slice("unix://".length);
  return { engine: await pingEngine(engineSocket), engineSocket };
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

function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
