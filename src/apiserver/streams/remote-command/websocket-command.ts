/** A remote command's channels over a WebSocket, in every version of the protocol that clients still speak. */
import type { ChannelForm, WebSocketChannels } from "../websocket/websocket-channels.ts";
import type { EndForm } from "./command-end.ts";
import type { CommandOptions } from "./command-options.ts";
import type { CommandChannels } from "./run-remote-command.ts";

interface Version extends ChannelForm {
  readonly endForm: EndForm;
}

const version = (endForm: EndForm, isBase64 = false, hasClose = false): Version => ({ endForm, isBase64, hasClose });

const versions = {
  "v5.channel.k8s.io": version("status", false, true),
  "v4.channel.k8s.io": version("status"),
  "v4.base64.channel.k8s.io": version("status", true),
  "v3.channel.k8s.io": version("text"),
  "v2.channel.k8s.io": version("text"),
  "base64.channel.k8s.io": version("text", true),
  "channel.k8s.io": version("text"),
} as const;

export type WebSocketCommandProtocol = keyof typeof versions;
/** The last is for clients that name none. */
export const webSocketCommandProtocols: readonly WebSocketCommandProtocol[] = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "base64.channel.k8s.io",
  "channel.k8s.io",
];

/** stdin, stdout, stderr, error and sizes, in this order. */
export const commandChannelCount = 5;

export function webSocketVersion(protocol: WebSocketCommandProtocol): Version {
  return versions[protocol];
}

/** Tells the client by an empty message that everything stands. */
export async function webSocketCommandChannels(
  channels: WebSocketChannels,
  { stdin, stdout, stderr, tty }: CommandOptions,
  endForm: EndForm,
): Promise<CommandChannels> {
  const [input, output, errors, error, sizes] = [0, 1, 2, 3, 4].map((number) => channels.channel(number));
  if (error === undefined) throw new RangeError("a remote command has five channels");
  const used = {
    stdin: stdin ? input : undefined,
    stdout: stdout ? output : undefined,
    stderr: stderr ? errors : undefined,
    resize: tty ? sizes : undefined,
  };
  // A client that has gone by now is heard by its channels' signal.
  await (used.stdout ?? used.stderr ?? error).write(new Uint8Array()).catch(() => {});
  return { ...used, error, endForm, gone: channels.gone };
}
