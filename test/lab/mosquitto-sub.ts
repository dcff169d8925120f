/** Debian's `mosquitto_sub`, listening to a voter of a lab as a person's tool would. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";

export interface HeardMessage {
  readonly topic: string;
  readonly payload: string;
  readonly retained: boolean;
  /** `performance.now()` at which it came. */
  readonly atMs: number;
}

export interface SubscriberOptions {
  readonly host: string;
  readonly caFile: string;
  readonly user: string;
  readonly token: string;
  readonly filter: string;
}

export class MosquittoSub {
  readonly heard: HeardMessage[] = [];
  readonly #child: ChildProcess;

  constructor(options: SubscriberOptions) {
    this.#child = spawn("mosquitto_sub", [...argumentsOf(options), "-F", "%r %t %p"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let rest = "";
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#note(line);
    });
  }

  /** What the topic said last. */
  latest(topic: string): HeardMessage | undefined {
    return this.heard.findLast((message) => message.topic === topic);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }

  #note(line: string): void {
    const [, retained, topic = "", payload = ""] = /^(\d) (\S+) (.*)$/.exec(line) ?? [];
    this.heard.push({ topic, payload, retained: retained === "1", atMs: performance.now() });
  }
}

/** What it says on its error output when it ends by itself, or after `seconds`. */
export function refusalOf(options: SubscriberOptions, seconds = 5): Promise<string> {
  return said("mosquitto_sub", [...argumentsOf(options), "-W", String(seconds)]);
}

/** What `mosquitto_pub` says, and its exit code, on trying to publish. */
export function publish(options: SubscriberOptions, payload: string): Promise<string> {
  return said("mosquitto_pub", [...argumentsOf(options), "-q", "1", "-m", payload]);
}

function argumentsOf({ host, caFile, user, token, filter }: SubscriberOptions): string[] {
  return ["-h", host, "-p", "8884", "--cafile", caFile, "-u", user, "-P", token, "-t", filter];
}

function said(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 15_000 }, (error, out, err) => {
      resolve(`${out}${err}${error === null ? "" : `code ${error.code}`}`);
    });
  });
}
