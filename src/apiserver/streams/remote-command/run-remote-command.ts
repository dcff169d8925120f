/** Joins a client's channels with a process on a board, until the process has ended and all it said is told. */
import type { BoardStream, StreamChannel } from "../../../api/board-stream.ts";
import { LinkClosedError } from "../byte-link.ts";
import type { Channel } from "../channel.ts";
import { commandEnd, type EndForm } from "./command-end.ts";
import { terminalSizes } from "./terminal-sizes.ts";

export interface CommandChannels {
  /** Absent where the client did not ask for it. */
  readonly stdin?: Channel | undefined;
  readonly stdout?: Channel | undefined;
  readonly stderr?: Channel | undefined;
  readonly resize?: Channel | undefined;
  /** Where the end is told. */
  readonly error: Channel;
  readonly endForm: EndForm;
  /** Aborts when the client is gone. */
  readonly gone: AbortSignal;
}

/** Resolves when everything is written, or the client is gone; never rejects. */
export async function runRemoteCommand(stream: BoardStream, channels: CommandChannels): Promise<void> {
  const { stdin, stdout, stderr, resize, error, endForm, gone } = channels;
  const abandon = () => stream.close();
  gone.addEventListener("abort", abandon, { once: true });
  if (gone.aborted) abandon();
  try {
    if (stdin !== undefined) void feed(stream, stdin);
    if (resize !== undefined) void followSize(stream, resize);
    error.ignore();
    await Promise.all([tell(stream, 1, stdout), tell(stream, 2, stderr)]);
    const end = await stream.ended;
    // Clients take the end of the error stream for the end of everything: what was said comes before it.
    stdout?.finish();
    stderr?.finish();
    await error.write(commandEnd(end, endForm));
    error.finish();
  } catch (reason) {
    // A client that gives up what it asked for has no use for the rest.
    if (!gone.aborted && !(reason instanceof LinkClosedError)) throw reason;
  } finally {
    gone.removeEventListener("abort", abandon);
    stdin?.ignore();
    resize?.ignore();
    stream.close();
  }
}

/** A process that no longer reads is no failure: its end tells the client all there is to tell. */
async function feed(stream: BoardStream, stdin: Channel): Promise<void> {
  try {
    for await (const bytes of stdin.read()) await stream.write(0, bytes);
    stream.finish(0);
  } catch {
    stdin.ignore();
  }
}

async function followSize(stream: BoardStream, resize: Channel): Promise<void> {
  for await (const { columns, rows } of terminalSizes(resize.read())) stream.resize(columns, rows);
}

async function tell(stream: BoardStream, channel: StreamChannel, output: Channel | undefined): Promise<void> {
  if (output === undefined) return;
  output.ignore();
  for await (const bytes of stream.read(channel)) await output.write(bytes);
}
