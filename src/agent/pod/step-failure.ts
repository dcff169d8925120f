/** What the failure of a step is called, in statuses and in events. */
import { messageOf } from "../../lib/errors.ts";
import type { Problem } from "./container-status.ts";
import type { PodStep } from "./plan.ts";
import { StepError } from "./step-error.ts";

/** For the status; `eventReason` is the event's word for the same. */
export function stepProblem(step: PodStep, thrown: unknown): Problem {
  return {
    reason: thrown instanceof StepError ? thrown.reason : failureReasons[step.type],
    message: messageOf(thrown),
  };
}

export function eventReason({ reason }: Problem): string {
  return eventReasons[reason] ?? reason;
}

export function isTeardown({ type }: PodStep): boolean {
  return type === "stop" || type === "remove" || type === "removeSandbox" || type === "removeFiles";
}

/** What a step's failure is called when the error does not say. */
const failureReasons: Readonly<Record<PodStep["type"], string>> = {
  prepareFiles: "FailedMount",
  createSandbox: "FailedCreatePodSandBox",
  attachNetwork: "NetworkNotReady",
  startContainer: "CreateContainerError",
  stop: "FailedKillPod",
  remove: "FailedKillPod",
  removeSandbox: "FailedKillPod",
  removeFiles: "FailedKillPod",
};

/** Events speak of the action that failed, statuses of the state that it left. */
const eventReasons: Readonly<Record<string, string>> = {
  CreateContainerConfigError: "Failed",
  CreateContainerError: "Failed",
  RunContainerError: "Failed",
  ErrImagePull: "Failed",
  ErrImageNeverPull: "ErrImageNeverPull",
  PostStartHookError: "FailedPostStartHook",
};
