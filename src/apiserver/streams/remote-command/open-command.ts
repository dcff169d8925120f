/** Has a board start a command, or attach to a container's own, before the client's connection changes protocol. */
import type { BoardStream, BoardStreams } from "../../../api/board-stream.ts";
import { asRefusal } from "../board-refusal.ts";
import { boardOf, findContainer } from "../find-container.ts";
import type { FleetObjects } from "../fleet-objects.ts";
import { type CommandOptions, parseCommand, parseCommandOptions } from "./command-options.ts";

export interface CommandRequest {
  readonly type: "exec" | "attach";
  readonly namespace: string;
  readonly pod: string;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

export interface OpenCommand {
  readonly options: CommandOptions;
  readonly stream: BoardStream;
}

/** Throws `ApiError`: a client learns of it as the answer to its request. */
export async function openCommand(
  { objects, boards }: { readonly objects: FleetObjects; readonly boards: BoardStreams },
  { type, namespace, pod: name, query, signal }: CommandRequest,
): Promise<OpenCommand> {
  const options = parseCommandOptions(query);
  const command = type === "exec" ? parseCommand(query) : undefined;
  const pod = await objects.pod({ namespace, name }, signal);
  const board = boardOf(pod);
  const container = findContainer(pod, options.container);
  const { stdin, stdout, stderr, tty } = options;
  const target = { namespace, pod: name, uid: pod.metadata.uid ?? "", container, stdin, stdout, stderr, tty };
  const request =
    command === undefined
      ? { type: "attach" as const, ...target }
      : { type: "exec" as const, ...target, command: [...command] };
  try {
    return { options, stream: await boards.open(board, request, signal) };
  } catch (thrown) {
    throw asRefusal(thrown);
  }
}
