/** The one place where what was thrown becomes a `Status`. */
import { ApiError } from "../api/api-error.ts";
import type { ApiStatus } from "../api/meta/status.ts";
import { messageOf } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import { DiskFullError } from "../replication/disk-full.ts";
import { NoLeaderError, OutcomeUnknownError } from "../replication/ports.ts";
import { RevisionUnavailableError, SlowWatcherError } from "../store/types.ts";
import { DeadlineError } from "./storage/with-deadline.ts";

export interface Refusal {
  readonly code: number;
  readonly status: ApiStatus;
}

const noLeaderRetrySeconds = 1;

/** A bug is logged with its stack and answered with 500; everything else says what the client should do. */
export function refusalOf(thrown: unknown, log: Logger): Refusal {
  const error = asApiError(thrown, log);
  return { code: error.code, status: error.toStatus() };
}

function asApiError(thrown: unknown, log: Logger): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof NoLeaderError) {
    return ApiError.serviceUnavailable("the fleet has no leader at the moment; try again", noLeaderRetrySeconds);
  }
  // Without a Retry-After: it takes a person to make room.
  if (thrown instanceof DiskFullError) return ApiError.serviceUnavailable(thrown.message);
  // Without a Retry-After, which clients heed by themselves: the change may have happened.
  if (thrown instanceof OutcomeUnknownError) {
    return ApiError.timeout("whether the change took effect is unknown; look before trying again");
  }
  if (thrown instanceof DeadlineError) return ApiError.timeout(`${thrown.message}; look before trying again`);
  if (thrown instanceof RevisionUnavailableError || thrown instanceof SlowWatcherError) {
    return ApiError.expired(thrown.message);
  }
  log.error("request failed", { error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
  return ApiError.internal(messageOf(thrown));
}
