/** What a container has printed, from the engine's own files, as it comes: never the whole log in memory. */
import { Readable } from "node:stream";
import type Dockerode from "dockerode";
import type { RuntimeLogOptions } from "../../agent/ports.ts";
import { demultiplex, type EngineFrame } from "./demultiplex.ts";

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
    timestamps: options.timestamps,
    ...(options.tailLines !== undefined && { tail: options.tailLines }),
    ...(options.sinceMs !== undefined && { since: (options.sinceMs / 1_000).toFixed(3) }),
  };
  const answer = await ask(docker, { path: `/containers/${id}/logs?`, query, abortSignal });
  if (config.Tty) return answer;
  return options.timestamps ? oneTimestampALine(demultiplex(answer)) : withoutChannels(demultiplex(answer));
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

async function* withoutChannels(frames: AsyncIterable<EngineFrame>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of frames) yield bytes;
}

const lineFeed = 10;
const space = 32;

/** The engine keeps a long line in pieces of 16 KiB and gives each a timestamp; Kubernetes' lines have one. */
async function* oneTimestampALine(frames: AsyncIterable<EngineFrame>): AsyncGenerator<Uint8Array> {
  const isInLine = { 1: false, 2: false };
  for await (const { channel, bytes } of frames) {
    yield isInLine[channel] ? bytes.subarray(bytes.indexOf(space) + 1) : bytes;
    isInLine[channel] = bytes.at(-1) !== lineFeed;
  }
}
