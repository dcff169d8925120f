import type { Problem } from "./container-status.ts";

/** A step that failed for a reason that a person can read in the pod's status and mend. */
export class StepError extends Error {
  override readonly name = "StepError";
  readonly reason: string;

  /** `reason` is one of Kubernetes' words: `CreateContainerConfigError`, `ErrImageNeverPull`, `FailedMount`. */
  constructor(reason: string, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.reason = reason;
  }

  get problem(): Problem {
    return { reason: this.reason, message: this.message };
  }
}

/** The container names a ConfigMap, Secret, key or field that is not there. */
export function configError(message: string, cause?: unknown): StepError {
  return new StepError("CreateContainerConfigError", message, { cause });
}
