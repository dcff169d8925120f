/** Voters as processes of their own, over embedded brokers on loopback and real disks, to be killed and measured. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { z } from "zod";
import { address, TestFleet } from "../../src/platform/mqtt/testing/test-fleet.ts";
import type { Member } from "../../src/replication/ports.ts";
import type { Txn } from "../../src/store/types.ts";
import {
  type Listing,
  listingSchema,
  type Reading,
  readingSchema,
  txnResultSchema,
  type VoterAsk,
  type VoterCall,
  type VoterSettings,
  type VoterStatus,
  type VoterTxnResult,
  voterAnswerSchema,
  voterStatusSchema,
} from "./voter-call.ts";

const program = join(import.meta.dirname, "voter-program.ts");

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Running {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
}

/** The voter answered that it did not do it, or may have: `name` is that of its error; `VoterGoneError` when it ended. */
class VoterCallError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export class VoterProcess {
  readonly #settings: VoterSettings;
  readonly #settingsFile: string;
  #running: Running | undefined;
  #calls = 0;

  constructor(settings: VoterSettings) {
    this.#settings = settings;
    mkdirSync(settings.directory, { recursive: true });
    this.#settingsFile = join(settings.directory, "settings.json");
    writeFileSync(this.#settingsFile, JSON.stringify(settings));
  }

  get id(): string {
    return this.#settings.id;
  }

  get directory(): string {
    return this.#settings.directory;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Throws while it does not run. */
  get pid(): number {
    const pid = this.#running?.child.pid;
    if (pid === undefined) throw new Error(`${this.id} does not run`);
    return pid;
  }

  /** Resolves when its broker listens, and its log and state are open. Its log goes to `voter.log` in its directory. */
  async start(): Promise<void> {
    if (this.#running !== undefined) throw new Error(`${this.id} runs already`);
    const log = openSync(join(this.directory, "voter.log"), "a");
    // No `execArgv` of a test runner's: the program is plain TypeScript that Node reads itself.
    const child = fork(program, [this.#settingsFile], { stdio: ["ignore", log, log, "ipc"], execArgv: [] });
    closeSync(log);
    const running: Running = { child, waiting: new Map() };
    this.#running = running;
    const ended = new Promise<never>((_, reject) => {
      child.once("exit", (code, signal) => {
        if (this.#running === running) this.#running = undefined;
        const error = new VoterCallError("VoterGoneError", `${this.id} ended (${signal ?? code})`);
        for (const { reject: fail } of running.waiting.values()) fail(error);
        reject(error);
      });
    });
    ended.catch(() => {});
    const ready = new Promise<void>((resolve) => {
      child.on("message", (message) => {
        if (settle(running, message)) resolve();
      });
    });
    await Promise.race([ready, ended]);
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const gone = once(running.child, "exit");
    running.child.kill("SIGKILL");
    await gone;
  }

  /** Rejects with `VoterCallError`. */
  async transact(txn: Txn): Promise<VoterTxnResult> {
    return this.#ask({ type: "transact", txn }, txnResultSchema);
  }

  /** Linearizable. Rejects with `VoterCallError`. */
  read(key: string): Promise<Reading> {
    return this.#ask({ type: "read", key }, readingSchema);
  }

  /** Linearizable. Rejects with `VoterCallError`. */
  list(prefix: string): Promise<Listing> {
    return this.#ask({ type: "list", prefix }, listingSchema);
  }

  status(): Promise<VoterStatus> {
    return this.#ask({ type: "status" }, voterStatusSchema);
  }

  async #ask<T>(ask: VoterAsk, schema: z.ZodType<T>): Promise<T> {
    const running = this.#running;
    if (running === undefined) throw new VoterCallError("VoterGoneError", `${this.id} does not run`);
    this.#calls += 1;
    const message: VoterCall = { call: this.#calls, ask };
    const answered = new Promise<unknown>((resolve, reject) => running.waiting.set(message.call, { resolve, reject }));
    // A channel that has just closed tells of its end by `exit`.
    running.child.send(message, () => {});
    try {
      return schema.parse(await answered);
    } finally {
      running.waiting.delete(message.call);
    }
  }
}

/** Whether it says that the voter is ready; an answer to a call goes to who waits for it. */
function settle({ waiting }: Running, message: unknown): boolean {
  const answer = voterAnswerSchema.parse(message);
  if ("ready" in answer) return true;
  const caller = waiting.get(answer.call);
  if ("error" in answer) caller?.reject(new VoterCallError(answer.error, answer.message));
  else caller?.resolve(answer.value);
  return false;
}

export type VoterPace = Pick<VoterSettings, "checkpointEntries" | "retainedEntries">;

/**
 * Makes the founders of a fleet, `v1`, `v2` and so on, with certificates, free ports and a directory each under
 * `directory`; none is started. Whoever starts them kills them.
 */
export async function prepareVoters(
  count: number,
  directory: string,
  pace: VoterPace = {},
): Promise<readonly VoterProcess[]> {
  const fleet = await TestFleet.create();
  const ports = await freePorts(count);
  const voters = await Promise.all(ports.map((_, index) => fleet.voter(`v${index + 1}`)));
  const members = voters.map(
    ({ id, node }, index): Member => ({ id, node, address: `${address}:${ports[index]}`, role: "voter" }),
  );
  return voters.map(({ id, node, credentials }, index) => {
    const port = ports[index] ?? 0;
    return new VoterProcess({
      fleet: fleet.fleet,
      id,
      address,
      port,
      directory: join(directory, node),
      members,
      credentials,
      ...pace,
    });
  });
}

/** Ports that nobody listened on a moment ago. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, address));
  return Promise.all(
    servers.map(async (server) => {
      await once(server, "listening");
      const at = server.address();
      server.close();
      await once(server, "close");
      return typeof at === "object" && at !== null ? at.port : 0;
    }),
  );
}
