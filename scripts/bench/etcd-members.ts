/** Three members of Debian's etcd on the loopback, without TLS, with etcd's own defaults. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { UsageError } from "../../src/lib/errors.ts";
import { runCommand } from "../../src/platform/host/run-command.ts";
import type { Cluster } from "./cluster.ts";
import { EtcdClient } from "./etcd-client.ts";
import { freePorts } from "./free-ports.ts";
import { leaves } from "./leftovers.ts";

const statusSchema = z.object({ header: z.object({ member_id: z.string() }), leader: z.string().optional() });
const pollMs = 20;
const leaderDeadlineMs = 30_000;

interface Member {
  readonly args: readonly string[];
  readonly url: string;
  process: ChildProcess;
}

export class EtcdMembers implements Cluster {
  readonly name = "etcd";
  readonly #members: Member[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #clients = new Map<string, EtcdClient>();
  #written = 0;

  private constructor(members: Member[]) {
    this.#members = members;
  }

  /** Throws `UsageError` where etcd is not installed. */
  static async start(directory: string): Promise<EtcdMembers> {
    const version = await etcdVersion();
    if (!version.startsWith("3.4.")) console.error(`bench: compares with etcd 3.4, this is ${version}`);
    const ports = await freePorts(6);
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const [clientUrls, peerUrls] = [urls.slice(0, 3), urls.slice(3)];
    const initialCluster = peerUrls.map((url, place) => `m${place + 1}=${url}`).join(",");
    const members = clientUrls.map((url, place): Member => {
      const peerUrl = peerUrls[place] ?? "";
      const args = [
        ...["--name", `m${place + 1}`, "--data-dir", join(directory, `m${place + 1}`)],
        ...["--listen-client-urls", url, "--advertise-client-urls", url],
        ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
        ...["--initial-cluster", initialCluster, "--logger", "zap", "--log-level", "fatal"],
      ];
      return { args, url, process: spawnEtcd(args) };
    });
    const cluster = new EtcdMembers(members);
    await cluster.leader();
    return cluster;
  }

  get pids(): ReadonlyMap<number, number> {
    return new Map(
      [...this.#members.entries()].flatMap(
        ([
          place,
          {
            process: { pid, exitCode, signalCode },
          },
        ]) => (pid === undefined || exitCode !== null || signalCode !== null ? [] : [[place, pid] as const]),
      ),
    );
  }

  url(place: number): string {
    return this.#at(place).url;
  }

  async leader(): Promise<number> {
    const until = performance.now() + leaderDeadlineMs;
    while (performance.now() < until) {
      for (const [place, { url }] of this.#members.entries()) {
        const status = await this.#status(url);
        if (status !== undefined && status.leader === status.header.member_id) return place;
      }
      await pause(pollMs);
    }
    throw new Error("etcd found no leader in time");
  }

  write(place: number): Promise<void> {
    const { url } = this.#at(place);
    const client = this.#clients.get(url) ?? new EtcdClient(url);
    this.#clients.set(url, client);
    this.#written += 1;
    return client.put(`/bench/written-${this.#written}`, Buffer.from("{}"));
  }

  /** Through the HTTP gateway, as JSON. */
  async putJson(place: number, agent: Agent, key: string, value: Uint8Array): Promise<void> {
    const body = { key: Buffer.from(key).toString("base64"), value: Buffer.from(value).toString("base64") };
    const { status, text } = await post(agent, `${this.url(place)}/v3/kv/put`, body);
    if (status !== 200) throw new Error(`etcd answered ${status}: ${text}`);
  }

  signal(place: number, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    const { process: member, url } = this.#at(place);
    member.kill(signal);
    if (signal === "SIGKILL") this.#forget(url);
  }

  async restart(place: number): Promise<void> {
    const member = this.#at(place);
    this.#forget(member.url);
    member.process = spawnEtcd(member.args);
    const until = performance.now() + leaderDeadlineMs;
    while ((await this.#status(member.url)) === undefined) {
      if (performance.now() > until) throw new Error("etcd did not come back in time");
      await pause(pollMs);
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    this.#agent.destroy();
    await Promise.all(
      this.#members.map(async ({ process: member }) => {
        if (member.exitCode !== null || member.signalCode !== null) return;
        const exited = once(member, "exit");
        member.kill("SIGTERM");
        await exited;
      }),
    );
  }

  #forget(url: string): void {
    this.#clients.get(url)?.close();
    this.#clients.delete(url);
  }

  async #status(url: string): Promise<z.infer<typeof statusSchema> | undefined> {
    try {
      const { status, text } = await post(this.#agent, `${url}/v3/maintenance/status`, {}, 500);
      return status === 200 ? statusSchema.parse(JSON.parse(text)) : undefined;
    } catch {
      return undefined;
    }
  }

  #at(place: number): Member {
    const found = this.#members[place];
    if (found === undefined) throw new RangeError(`there is no member at place ${place}`);
    return found;
  }
}

function spawnEtcd(args: readonly string[]): ChildProcess {
  const etcd = spawn("etcd", args, { stdio: ["ignore", "ignore", "inherit"] });
  etcd.once(
    "exit",
    leaves(() => etcd.kill("SIGKILL")),
  );
  return etcd;
}

async function etcdVersion(): Promise<string> {
  try {
    return /etcd Version: (\S+)/.exec(await runCommand(["etcd", "--version"]))?.[1] ?? "unknown";
  } catch (cause) {
    throw new UsageError("etcd is missing; install it with: scripts/setup bench", { cause });
  }
}

function post(agent: Agent, url: string, body: unknown, timeoutMs = 10_000): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method: "POST", timeout: timeoutMs }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error(`${url} did not answer within ${timeoutMs} ms`)));
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}
