/** What a container has printed, from the engine's own files, as it comes: never the whole log in memory. */
import { Readable } from "node:stream";
import type Dockerode from "dockerode";
import type { RuntimeLogOptions } from "../../agent/ports.ts";
import { FrameReader } from "./demultiplex.ts";
import { translateError } from "./docker-errors.ts";
import { LogLines } from "./log-lines.ts";

/** Rejects with the engine's error where there is no such container. */
export async function openLogs(
  docker: Dockerode,
  id: string,
  options: RuntimeLogOptions,
  abortSignal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { Config: config } = await docker.getContainer(id).inspect();
  const query = {
    stdout: true,
    stderr: true,
    follow: options.follow,
    // Lines are told apart by them, see `LogLines`.
    timestamps: options.timestamps || !config.Tty,
    ...(options.tailLines !== undefined && { tail: options.tailLines }),
    ...(options.sinceMs !== undefined && { since: (options.sinceMs / 1_000).toFixed(3) }),
  };
  const answer = await ask(docker, { path: `/containers/${id}/logs?`, query, abortSignal });
  const chunks = whileEngineLives(answer);
  return config.Tty ? chunks : linesOf(chunks, options);
}

/** An engine that goes away in the middle of its answer is no other error than one that does not answer. */
async function* whileEngineLives(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* answer;
  } catch (thrown) {
    throw translateError(thrown);
  }
}

async function* linesOf(answer: AsyncIterable<Uint8Array>, options: RuntimeLogOptions): AsyncGenerator<Uint8Array> {
  const reader = new FrameReader();
  const lines = new LogLines(options);
  for await (const chunk of answer) {
    const parts = reader.take(chunk).flatMap((frame) => lines.take(frame));
    if (parts.length > 0) yield Buffer.concat(parts);
  }
}

interface Question {
  readonly path: string;
  readonly query: object;
  readonly abortSignal: AbortSignal;
}

/** As `Container.logs` does, which gathers the whole answer unless it follows. */
function ask(docker: Dockerode, { path, query, abortSignal }: Question): Promise<AsyncIterable<Uint8Array>> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      { path, method: "GET", isStream: true, statusCodes: { 200: true }, options: query, abortSignal },
      (error, answer) => {
        if (error) reject(error);
        else if (answer instanceof Readable) resolve(answer);
        else reject(new Error("the engine answered without a stream"));
      },
    );
  });
}
