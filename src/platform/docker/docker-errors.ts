import { RuntimeUnavailableError } from "../../agent/ports.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";

const absent = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "EACCES", "ENOTSOCK"]);

/** The HTTP status of an engine's refusal; undefined for anything else that was thrown. */
export function statusOf(thrown: unknown): number | undefined {
  const status = property(thrown, "statusCode");
  return typeof status === "number" ? status : undefined;
}

/** What the agent should see: `RuntimeUnavailableError` where no engine answered, the engine's own sentence otherwise. */
export function translateError(thrown: unknown): Error {
  const code = property(thrown, "code");
  if (typeof code === "string" && absent.has(code)) {
    return new RuntimeUnavailableError(`the Docker engine does not answer: ${messageOf(thrown)}`, { cause: thrown });
  }
  const said = property(property(thrown, "json"), "message");
  return new Error(typeof said === "string" ? said.trim() : messageOf(thrown).trim(), { cause: thrown });
}

/** The one line for a person whose board has no engine that answers at `socketPath`. */
export function engineMissing(socketPath: string, thrown: unknown): UsageError {
  const cause = { cause: thrown };
  const code = property(thrown, "code");
  if (code === "EACCES") {
    return new UsageError(`no permission to use the Docker engine at ${socketPath}: run as root`, cause);
  }
  if (code === "ENOENT") {
    return new UsageError(
      `no Docker engine at ${socketPath}: install one with "apt install docker.io", start it with ` +
        `"systemctl start docker", or name its socket in DOCKER_HOST`,
      cause,
    );
  }
  return new UsageError(
    `the Docker engine at ${socketPath} does not answer (${messageOf(thrown)}): start it with "systemctl start docker"`,
    cause,
  );
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
