/** Both ends of a stream, joined, around what a board with one pod does with it. */
import type { SliceObject } from "../../api/board-link.ts";
import type { StreamEnd, StreamRequest } from "../../api/board-stream.ts";
import { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import type { Clock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/logger.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import type { PodDialler, Runtime, RuntimeContainerSpec } from "../ports.ts";
import { viewSlice } from "../slice/slice-view.ts";
import { serveStreams } from "../streams/serve-streams.ts";
import { UsageMeter } from "../usage/usage-meter.ts";

export const podName = { namespace: "default", pod: "web", uid: "uid-web" };

export function logRequest(changes: object = {}): StreamRequest {
  const options = { follow: false, previous: false, timestamps: false };
  return { type: "log", ...podName, container: "main", ...options, ...changes };
}

export function execRequest(changes: object = {}): StreamRequest {
  const channels = { stdin: true, stdout: true, stderr: true, tty: false };
  return { type: "exec", ...podName, container: "main", command: ["sh"], ...channels, ...changes };
}

export const plainSpec: Omit<RuntimeContainerSpec, "name" | "labels"> = {
  image: "busybox:test",
  command: undefined,
  args: undefined,
  env: [],
  workingDir: undefined,
  user: undefined,
  hostname: undefined,
  stdin: false,
  stdinOnce: false,
  tty: false,
  network: "own",
  ipc: "own",
  pid: "own",
  mounts: [],
  resources: {},
  security: {
    privileged: false,
    readOnlyRootFilesystem: false,
    noNewPrivileges: false,
    capabilitiesAdd: [],
    capabilitiesDrop: [],
    groups: [],
  },
};

export interface StreamBench {
  readonly runtime: Runtime;
  readonly dialler: PodDialler;
  readonly clock: Clock;
  /** The pod as the slice has it. */
  readonly pod: object;
}

/** Opens `request` on the board; `text` is all that it prints on stdout, or that a connection brings. */
export function openStream(bench: StreamBench, request: StreamRequest) {
  const gone = new AbortController();
  const nowMs = () => bench.clock.monotonicMs();
  const opener: StreamEndpoint = new StreamEndpoint({
    id: 1,
    peer: "board b1",
    nowMs,
    open: { node: "b1", request },
    onReady: () => pass(opener, board),
    onOver: () => {},
  });
  const board: StreamEndpoint = new StreamEndpoint({
    id: 1,
    peer: "the voter",
    nowMs,
    onReady: () => pass(board, opener),
    onEnd: () => gone.abort(),
    onOver: () => {},
  });
  opener.nextMessage();
  const objects = new Map([["Pod default/web", bench.pod as SliceObject]]);
  const slice = viewSlice(objects, "b1", (key, error) => {
    throw new Error(key, { cause: error });
  });
  const { runtime, dialler } = bench;
  const usage = new UsageMeter({
    runtime,
    meter: { read: async () => ({ cpuNs: 0, memoryBytes: 0 }) },
    clock: new VirtualClock(),
  });
  const context = {
    node: "b1",
    runtime,
    dialler,
    usage,
    slice: () => slice,
    hostAddress: "10.99.0.1",
    log: silentLogger,
  };
  void serveStreams(context)(board, request, gone.signal);
  const ended: Promise<StreamEnd> = opener.ended;
  return { stream: opener, text: textOf(opener, request.type === "connect" ? 0 : 1), ended };
}

function pass(from: StreamEndpoint, to: StreamEndpoint): void {
  queueMicrotask(() => {
    for (let message = from.nextMessage(); message !== undefined; message = from.nextMessage()) to.receive(message);
  });
}

async function textOf(stream: StreamEndpoint, channel: 0 | 1): Promise<string> {
  let text = "";
  for await (const bytes of stream.read(channel)) text += new TextDecoder().decode(bytes);
  return text;
}
