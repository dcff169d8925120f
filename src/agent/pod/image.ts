/** Gets a container's image as its pull policy asks. */
import type { Container } from "../../api/kinds/container.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Runtime } from "../ports.ts";
import { StepError } from "./step-error.ts";

export interface LocalImage {
  readonly id: string;
  readonly user: string;
  /** What to say of it: `Successfully pulled image "hello:1"`. */
  readonly message: string;
}

/**
 * The image, on the board. Throws `StepError` (`ErrImageNeverPull`, `ErrImagePull`, `InvalidImageName`).
 *
 * Differs from Kubernetes in one case: where policy Always finds no registry, an image that the board holds is used,
 * for a board that starts without its network must bring its pods back.
 */
export async function ensureImage(container: Container, runtime: Runtime, signal: AbortSignal): Promise<LocalImage> {
  const reference = container.image ?? "";
  if (reference === "") throw new StepError("InvalidImageName", "the container names no image");
  const local = await runtime.image(reference);
  const policy = container.imagePullPolicy ?? "IfNotPresent";
  if (local !== undefined && policy !== "Always") {
    return { ...local, message: `Container image "${reference}" already present on machine` };
  }
  if (policy === "Never") {
    throw new StepError("ErrImageNeverPull", `Container image "${reference}" is not present with pull policy of Never`);
  }
  try {
    await runtime.pull(reference, signal);
  } catch (thrown) {
    if (local === undefined || signal.aborted) {
      throw new StepError("ErrImagePull", `Failed to pull image "${reference}": ${messageOf(thrown)}`, {
        cause: thrown,
      });
    }
    return { ...local, message: `Using the image "${reference}" that the board holds: ${messageOf(thrown)}` };
  }
  const pulled = await runtime.image(reference);
  if (pulled === undefined) throw new StepError("ErrImagePull", `Image "${reference}" is not there after its pull`);
  return { ...pulled, message: `Successfully pulled image "${reference}"` };
}
