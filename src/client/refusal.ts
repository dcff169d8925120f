/** The refusals that a caller decides about, told apart from failures. */
import { ApiError } from "../api/api-error.ts";

/** Somebody wrote first, or the object is no longer the one that was meant. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "Conflict";
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "NotFound";
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "AlreadyExists";
}

/** The version to watch from is gone. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiError && (error.reason === "Expired" || error.reason === "Gone");
}
