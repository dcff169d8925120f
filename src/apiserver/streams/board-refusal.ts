/** What a board says of a stream, as the API's refusals. */
import { ApiError } from "../../api/api-error.ts";
import { BoardStreamError, type StreamFailure } from "../../api/board-stream.ts";

const retrySeconds = 1;

export function boardRefusal({ reason, message }: Pick<StreamFailure, "reason" | "message">): ApiError {
  switch (reason) {
    case "NotFound":
      return refusal(404, reason, message);
    case "BadRequest":
      return ApiError.badRequest(message);
    case "Unavailable":
      return ApiError.serviceUnavailable(message, retrySeconds);
    case "Internal":
      return ApiError.internal(message);
  }
}

/** What `open` throws, as a refusal; what is none stays what it is. */
export function asRefusal(thrown: unknown): unknown {
  return thrown instanceof BoardStreamError ? boardRefusal(thrown) : thrown;
}

/** A refusal in words of its own. */
export function refusal(code: number, reason: string, message: string): ApiError {
  return ApiError.fromReply(code, { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, code });
}
