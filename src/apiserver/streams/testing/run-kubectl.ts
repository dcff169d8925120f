/** Runs real `kubectl`s: Debian's, which speaks SPDY, and where the machine has a newer one, that too, with WebSockets. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

const debiansOwn = join(import.meta.dirname, "../../../../.tools/kubectl");

interface ClientVersion {
  readonly clientVersion: { readonly gitVersion: string };
}

/** Program and version of each. `scripts/setup test` unpacks the first. */
export const kubectls: readonly (readonly [version: string, program: string])[] = [debiansOwn, "/usr/bin/kubectl"]
  .filter((program) => program === debiansOwn || existsSync(program))
  .map((program) => {
    const { clientVersion }: ClientVersion = JSON.parse(
      execFileSync(program, ["version", "--client", "--output=json"]).toString(),
    );
    return [clientVersion.gitVersion, program];
  });

export interface Finished {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export class Kubectl {
  readonly #program: string;
  readonly #kubeconfig: string;

  constructor(program: string, kubeconfig: string) {
    this.#program = program;
    this.#kubeconfig = kubeconfig;
  }

  start(...args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(this.#program, ["--kubeconfig", this.#kubeconfig, ...args]);
  }

  /** Without input unless it is given. */
  async run(args: readonly string[], input?: Buffer | string): Promise<Finished> {
    const child = this.start(...args);
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    return finished(child);
  }
}

export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), exit]);
  return { code, stdout, stderr: stderr.toString() };
}
