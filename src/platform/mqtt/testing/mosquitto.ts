/** Debian's Mosquitto on loopback, run with the sample configuration of `config/mosquitto`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { eventually } from "../../../lib/testing/eventually.ts";
import type { Endpoint } from "../endpoint.ts";
import type { TlsCredentials } from "../tls-credentials.ts";
import { address } from "./test-fleet.ts";

const samples = new URL("../../../../config/mosquitto/", import.meta.url);

export class Mosquitto {
  readonly endpoint: Endpoint;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  /** `credentials` are what the broker itself presents. */
  static async start(fleet: string, credentials: TlsCredentials): Promise<Mosquitto> {
    const directory = await mkdtemp(join(tmpdir(), "bramble-mosquitto-"));
    const port = await freePort();
    const sample = await readFile(new URL("bramble.conf", samples), "utf8");
    const placed = sample
      .replace("listener 8883", `listener ${port} ${address}`)
      .replaceAll("/etc/mosquitto/bramble", directory);
    const list = await readFile(new URL("bramble.acl", samples), "utf8");
    // As root it would turn into another user, who may read none of this.
    await writeFile(join(directory, "mosquitto.conf"), `${placed}\nuser ${userInfo().username}\n`);
    await writeFile(join(directory, "bramble.acl"), list.replaceAll("bramble/bramble/", `bramble/${fleet}/`));
    await writeFile(join(directory, "ca.crt"), credentials.caPem);
    await writeFile(join(directory, "broker.crt"), credentials.certificatePem);
    await writeFile(join(directory, "broker.key"), credentials.keyPem, { mode: 0o600 });
    const broker = new Mosquitto(directory, { host: address, port });
    await broker.restart();
    return broker;
  }

  private constructor(directory: string, endpoint: Endpoint) {
    this.#directory = directory;
    this.endpoint = endpoint;
  }

  /** Resolves once it takes connections. */
  async restart(): Promise<void> {
    const child = spawn("mosquitto", ["-c", join(this.#directory, "mosquitto.conf")], {
      stdio: ["ignore", "ignore", "pipe"],
      // Where Debian puts servers is not in everybody's path.
      env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin` },
    });
    this.#process = child;
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    let failure: unknown;
    child.once("error", (error) => {
      failure = error;
    });
    await eventually("mosquitto takes connections", async () => {
      if (failure !== undefined || child.exitCode !== null) throw new Error(`it ended: ${String(failure)} ${said}`);
      return canConnect(this.endpoint);
    });
  }

  /** SIGKILL: no goodbye to anybody. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, address), "listening");
  const bound = server.address();
  server.close();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

function canConnect({ host, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
