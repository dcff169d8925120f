/** Runs the command as a person would, on a machine where nothing is done that a test did not ask for. */
import type { Command } from "commander";
import type { ApiTransport } from "../../api/exchange.ts";
import { seededRandom } from "../../lib/random.ts";
import type { CliActions, CliSurroundings, FleetConnection } from "../cli-actions.ts";
import { buildProgram } from "../program.ts";
import { runCli } from "../run-cli.ts";

export interface Trial {
  readonly actions?: Partial<CliActions>;
  readonly debug?: boolean;
  /** Milliseconds since 1970 at which it begins; pauses take their time from there. */
  readonly nowMs?: number;
  /** What happens while it pauses. */
  readonly meanwhile?: (delayMs: number) => Promise<void>;
}

const unexpected = () => Promise.reject(new Error("not expected to be called"));

const noActions: CliActions = {
  init: unexpected,
  join: unexpected,
  firstBoot: unexpected,
  run: unexpected,
  examine: unexpected,
  reset: unexpected,
  uninstall: unexpected,
  ownNode: unexpected,
  connect: unexpected,
  exec: unexpected,
  kubeconfig: unexpected,
  saveSnapshot: unexpected,
  inspectSnapshot: unexpected,
  restoreSnapshot: unexpected,
};

const stillSurroundings: CliSurroundings = {
  version: "1.2.3",
  debug: false,
  random: seededRandom(3),
  nowMs: () => 0,
  pause: async () => {},
  signal: new AbortController().signal,
  out: () => {},
  err: () => {},
};

/** The command itself, to look at its words; what they do cannot be done. */
export function wordsOfBramble(): Command {
  return buildProgram(noActions, stillSurroundings);
}

/** `words` are the arguments, or a line of them without quotes. */
export async function brambleCommand(
  words: string | readonly string[],
  { actions, debug = false, nowMs = 0, meanwhile }: Trial,
) {
  const said = { out: "", err: "" };
  let time = nowMs;
  const code = await runCli(
    typeof words === "string" ? words.split(" ").filter((word) => word !== "") : words,
    { ...noActions, ...actions },
    {
      ...stillSurroundings,
      debug,
      random: seededRandom(3),
      nowMs: () => time,
      async pause(delayMs) {
        time += delayMs;
        await meanwhile?.(delayMs);
      },
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
    },
  );
  return { code, ...said };
}

/** A connection to `api`, whichever voter is asked. */
export function connectionTo(api: ApiTransport, rest: Partial<FleetConnection> = {}): FleetConnection {
  return {
    api,
    at: () => api,
    // biome-ignore lint/correctness/useYield: there is nothing to read
    async *text(): AsyncGenerator<never> {
      throw new Error("not expected to be called");
    },
    namespace: "default",
    fleet: "home",
    caSha256: "0f".repeat(32),
    server: "10.99.0.1:6443",
    ...rest,
  };
}
