/**
 * Sessions at a shell as readable text: what is typed, and what is seen.
 *
 * ```
 * # A story, for the reader.
 * $ kubectl get node b1
 * NAME  STATUS  ROLES  AGE  VERSION
 * b1    Ready   voter  …    v…
 *
 * $ kubectl apply -f - <<EOF
 * > kind: …
 * > EOF
 * configmap/x created
 *
 * $ kubectl get pod none
 * Error from server (NotFound): pods "none" not found
 * [exit 1]
 * ```
 *
 * `…` stands for any text within a line, and alone on a line for any number of lines. How far columns are apart does
 * not count. `$?` instead of `$` repeats the command until it shows what is expected.
 */
export interface Step {
  /** Where the command stands in its file, from 1. */
  readonly line: number;
  readonly command: string;
  /** Output and errors as they come, without blank lines. */
  readonly expected: readonly string[];
  readonly exitCode: number;
  /** It takes a while until it is so. */
  readonly eventually: boolean;
}

const prompt = /^\$(\??) (.*)$/;
const exit = /^\[exit (\d+)\]$/;

/** Throws where a line belongs to no command. */
export function parseTranscript(text: string): Step[] {
  const steps: { line: number; command: string; expected: string[]; exitCode: number; eventually: boolean }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const typed = prompt.exec(line);
    if (typed !== null) {
      const [, mark, command = ""] = typed;
      steps.push({ line: index + 1, command, expected: [], exitCode: 0, eventually: mark === "?" });
      continue;
    }
    if (line.trim() === "" || line.startsWith("# ")) continue;
    const step = steps.at(-1);
    if (step === undefined) throw new Error(`line ${index + 1} comes before the first command: ${line}`);
    const code = exit.exec(line)?.[1];
    if (code !== undefined) step.exitCode = Number(code);
    else if (line.startsWith("> ") && step.expected.length === 0) step.command += `\n${line.slice(2)}`;
    else step.expected.push(line);
  }
  return steps;
}

/** Whether `output` is what a step expects to see. */
export function showsExpected(output: string, expected: readonly string[]): boolean {
  const lines = output.split("\n").map(normal).filter(Boolean);
  return matchLines(lines, expected.map(normal));
}

const anything = "…";

function matchLines(lines: readonly string[], expected: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return lines.length === 0;
  if (first !== anything) {
    const [line, ...others] = lines;
    return line !== undefined && lineMatches(line, first) && matchLines(others, rest);
  }
  return Array.from({ length: lines.length + 1 }, (_, skipped) => skipped).some((skipped) =>
    matchLines(lines.slice(skipped), rest),
  );
}

function lineMatches(line: string, pattern: string): boolean {
  const source = pattern
    .split(anything)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(line);
}

function normal(line: string): string {
  return line.trim().replace(/\s+/g, " ");
}
