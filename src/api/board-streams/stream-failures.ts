import { BoardStreamError, type StreamEnd, type StreamFailure } from "../board-stream.ts";

/** As an exception, for whoever cannot go on. */
export function errorOf(end: StreamEnd): BoardStreamError {
  return end.type === "failed"
    ? new BoardStreamError(end.reason, end.message)
    : new BoardStreamError("Unavailable", "the stream has ended");
}

/** `problem` is followed by what to do. */
export function unavailable(problem: string): StreamFailure {
  return { type: "failed", reason: "Unavailable", message: `${problem}: try again once the board is Ready` };
}
