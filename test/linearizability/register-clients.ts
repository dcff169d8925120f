/** Clients that read, write and swap a few objects through every voter, and record what they were told. */
import { setTimeout as pause } from "node:timers/promises";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { waitUntil } from "../lab/wait-until.ts";
import type { ConfigMapClient, Reply } from "./config-map-client.ts";
import type { History } from "./history.ts";
import type { RegisterOp } from "./versioned-register.ts";

const clientCount = 6;
const objectCount = 4;
/** Leaves most of the machine to the fleet. */
const betweenCallsMs = 12;
const afterRefusalMs = 100;

type Asked = RegisterOp extends infer Op ? (Op extends RegisterOp ? Omit<Op, "outcome"> : never) : never;

export class RegisterClients {
  /** Calls whose outcome became known. */
  answeredCount = 0;
  lostCount = 0;
  readonly #voters: readonly ConfigMapClient[];
  readonly #history: History;
  #names: readonly string[] = [];
  #generation = 0;
  #isOver = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(voters: readonly ConfigMapClient[], history: History) {
    this.#voters = voters;
    this.#history = history;
  }

  async start(): Promise<void> {
    await this.renewObjects();
    this.#running = Promise.all(Array.from({ length: clientCount }, (_, client) => this.#run(client)));
  }

  /** Resolves when every call has ended. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** Goes on with new objects: calls of unknown outcome, which may happen for ever, pile up on none. */
  async renewObjects(): Promise<void> {
    this.#generation += 1;
    const names: string[] = [];
    for (let number = 1; number <= objectCount; number += 1) names.push(await this.#create());
    this.#names = names;
  }

  async #create(): Promise<string> {
    let made = "";
    let attempts = 0;
    await waitUntil("an object is made", 30_000, async () => {
      attempts += 1;
      // A name that nobody was asked to make before: a call that was lost may still make its own.
      const name = `register-${this.#generation}-${secureRandom.below(2 ** 31)}`;
      const reply = await this.#voterOf(attempts).create(name, "new");
      if (reply.kind !== "version") return false;
      this.#history.addObject(name, reply.version);
      made = name;
      return true;
    });
    return made;
  }

  async #run(client: number): Promise<void> {
    /** The last revision this client saw, by object. */
    const seen = new Map<string, number>();
    let voter = client;
    for (let count = 0; !this.#isOver; count += 1) {
      const name = this.#names[secureRandom.below(objectCount)] ?? "";
      const asked = chooseCall(`${client}-${count}`, seen.get(name));
      const reply = await this.#call(this.#voterOf(voter), name, asked);
      if (reply.kind === "version") seen.set(name, reply.version.revision);
      else if (reply.kind === "conflict") seen.delete(name);
      else voter += 1;
      await pause(reply.kind === "refused" ? afterRefusalMs : betweenCallsMs);
    }
  }

  async #call(voter: ConfigMapClient, name: string, asked: Asked): Promise<Reply> {
    const begunAt = this.#history.now();
    const reply = await perform(voter, name, asked);
    const endedAt = this.#history.now();
    if (reply.kind === "lost") this.lostCount += 1;
    else this.answeredCount += 1;
    const op = asRecorded(asked, reply);
    if (op !== undefined) {
      this.#history.add(name, { op, begunAt, endedAt: reply.kind === "lost" ? undefined : endedAt });
    }
    return reply;
  }

  #voterOf(number: number): ConfigMapClient {
    const voter = this.#voters[number % this.#voters.length];
    if (voter === undefined) throw new Error("there are no voters");
    return voter;
  }
}

function chooseCall(value: string, seen: number | undefined): Asked {
  const draw = secureRandom.below(10);
  if (draw < 3) return { type: "write", value };
  return draw < 7 && seen !== undefined ? { type: "swap", expected: seen, value } : { type: "read" };
}

function perform(voter: ConfigMapClient, name: string, asked: Asked): Promise<Reply> {
  switch (asked.type) {
    case "read":
      return voter.read(name);
    case "write":
      return voter.write(name, asked.value);
    case "swap":
      return voter.swap(name, asked.expected, asked.value);
  }
}

/** Undefined where the call changed nothing and told nothing. */
function asRecorded(asked: Asked, reply: Reply): RegisterOp | undefined {
  if (reply.kind === "refused") return undefined;
  if (asked.type === "read") {
    return reply.kind === "version" ? { type: "read", outcome: reply.version } : undefined;
  }
  if (reply.kind === "lost") return asked;
  // An unpinned write that others keep overtaking gives up, and nothing is written.
  if (reply.kind === "conflict") {
    return asked.type === "swap" ? { ...asked, outcome: { kind: "conflict" } } : undefined;
  }
  // Objects are never deleted: one that was not found is a read that nothing explains.
  if (reply.version.revision === 0) return { type: "read", outcome: reply.version };
  return { ...asked, outcome: { kind: "written", revision: reply.version.revision } };
}
