/** Plays a session against a lab: every command through a shell in which `kubectl` is the lab's. */
import { spawn } from "node:child_process";
import { type Step, showsExpected } from "./transcript.ts";

const commandMsMax = 120_000;
const eventuallyMs = 90_000;
const pauseMs = 300;

/** Throws with the place in the file, what was expected and what was seen. */
export async function playStep(file: string, step: Step, env: Readonly<Record<string, string>>): Promise<void> {
  const deadlineMs = performance.now() + (step.eventually ? eventuallyMs : 0);
  for (;;) {
    const { output, exitCode } = await shell(step.command, env);
    if (exitCode === step.exitCode && showsExpected(output, step.expected)) return;
    if (performance.now() >= deadlineMs) {
      const expected = [...step.expected, `[exit ${step.exitCode}]`].join("\n");
      throw new Error(
        `${file}:${step.line}\n$ ${step.command}\n\nexpected:\n${expected}\n\nseen:\n${output}[exit ${exitCode}]`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

interface Seen {
  /** Both streams, as they come. */
  readonly output: string;
  readonly exitCode: number;
}

function shell(command: string, env: Readonly<Record<string, string>>): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", `exec 2>&1\n${command}`], {
      env: { ...process.env, LC_ALL: "C.UTF-8", ...env },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: commandMsMax,
      killSignal: "SIGKILL",
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ output, exitCode: status ?? -1 }));
  });
}
