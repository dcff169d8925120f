import { UsageError } from "../lib/errors.ts";

/**
 * What this voter has promised can no longer be known from its disk: it must neither vote nor acknowledge anything
 * under its id again. Whoever runs the voter gives it a new id and an empty disk; `message` says what a person can do
 * where that is not possible.
 */
export class DamagedVoterError extends UsageError {}
