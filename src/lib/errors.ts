/** An operation that no repetition will mend; whoever retries must stop and say `message` to a person. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
}

/**
 * A mistake in what a person asked for or a want in their machine. The command line prints `message` alone, as one
 * line that says what to do, and exits with 1.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The text of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Something outside failed; trying again later may well succeed. */
export class OperationalError extends Error {
  override readonly name = "OperationalError";
}
