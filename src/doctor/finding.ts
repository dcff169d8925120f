/** What the doctor says, and what it may do about it. */

/**
 * `error`: the board will not run, or will lose something. `warning`: it runs, and something will go wrong. `note`: good
 * to know, nothing to mend; notes are not counted.
 */
export type Severity = "error" | "warning" | "note";

export interface Finding {
  /** The same in every release, `cgroup-memory`: documents and scripts refer to it. */
  readonly check: string;
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
  /** What to do, as a command wherever there is one. */
  readonly fix: string;
  /** What `--fix` does; absent where it takes a person. */
  readonly steps?: readonly FixStep[];
}

/** One change of the board. Each can be repeated without harm. */
export type FixStep =
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "run"; readonly command: readonly [string, ...string[]] };

/** A fix that was tried; `failure` says why it did not go through. */
export interface AppliedFix {
  readonly check: string;
  readonly steps: readonly string[];
  readonly failure?: string;
}

export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly applied: readonly AppliedFix[];
}

export function describeStep(step: FixStep): string {
  return step.kind === "write" ? `write ${step.path}: ${oneLine(step.text)}` : step.command.join(" ");
}

/** Findings that somebody should do something about. */
export function counted(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity !== "note");
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, "; ");
}
