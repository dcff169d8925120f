/** How a command ended, as the versions of Kubernetes' remote command protocol say it on the error stream. */
import type { StreamEnd } from "../../../api/board-stream.ts";
import { boardRefusal } from "../board-refusal.ts";

/** Version 1 to 3: words where it failed, nothing where it did not. From version 4 on a `Status`. */
export type EndForm = "text" | "status";

export function commandEnd(end: StreamEnd, form: EndForm): Uint8Array {
  const status = statusOf(end);
  if (form === "status") return new TextEncoder().encode(JSON.stringify(status));
  return new TextEncoder().encode("message" in status ? status.message : "");
}

function statusOf(end: StreamEnd) {
  if (end.type === "failed") return { ...boardRefusal(end).toStatus(), message: end.message };
  const code = end.type === "exited" ? end.code : 0;
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}
