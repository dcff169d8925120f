/** Puts a board's agent together and starts it. */
import { join } from "node:path";
import type { AgentLink, SliceObject } from "../api/board-link.ts";
import type { HomeStreamCarrier } from "../api/board-streams/stream-carriers.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import type { Random } from "../lib/random.ts";
import { Slots } from "../lib/slots.ts";
import { BoardAgent } from "./board-agent.ts";
import { watchEngine } from "./engine-watch.ts";
import { EventRecorder } from "./events/event-recorder.ts";
import { AgentSession } from "./link/agent-session.ts";
import { SliceHolder } from "./link/slice-holder.ts";
import { AddressBook } from "./pod/address-book.ts";
import { podsWithFiles } from "./pod/pods-with-files.ts";
import type { BoardFacts, BoardMeter, Mounts, PodDialler, PodNetwork, Runtime, SliceStore } from "./ports.ts";
import { serveStreams } from "./streams/serve-streams.ts";
import { StreamDesk } from "./streams/stream-desk.ts";
import { PodTokens } from "./tokens/pod-tokens.ts";
import { TokenQuestions } from "./tokens/token-questions.ts";
import { UsageMeter } from "./usage/usage-meter.ts";

/** Measured: more containers at once do not start sooner on one engine. */
const startsAtOnce = 8;

export interface AgentOptions {
  /** The board's name, which is its Node's. */
  readonly node: string;
  /** `/var/lib/bramble` */
  readonly dataDir: string;
  /** Bramble's version as a kubelet would write it: `v1.32.0+bramble.0.1.0`. */
  readonly version: string;
  readonly runtime: Runtime;
  readonly network: PodNetwork;
  readonly mounts: Mounts;
  readonly link: AgentLink;
  /** What logs, commands and forwarded ports travel on; without it the board serves none. */
  readonly streams?: {
    readonly carrier: HomeStreamCarrier;
    readonly dialler: PodDialler;
    readonly meter: BoardMeter;
    /** The board's figures as Prometheus reads them. */
    readonly metrics?: () => Promise<string>;
  };
  readonly sliceStore: SliceStore;
  readonly boardFacts: BoardFacts;
  /** The board's address on the fleet's network; the first of `boardFacts` where it is not known better. */
  readonly address?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Put on the Node: the WireGuard key and endpoint. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Given to the Node when it is made, and other people's to change from then on. */
  readonly firstLabels?: Readonly<Record<string, string>>;
  /** Where this board answers the fleet's names; pods use the board's own resolver where nobody does. */
  readonly clusterDns?: string;
  /** `cluster.local` unless given. */
  readonly clusterDomain?: string;
  /** Called with a voter's time, in milliseconds since 1970, at each session with one that knows it. */
  readonly onTime?: (timeMs: number) => void;
  /** Called with everything in the slice when it was loaded and whenever it has changed. */
  readonly onSlice?: (objects: readonly SliceObject[]) => void;
}

export interface Agent {
  /** Resolves after the signal, when no step is under way any more. Pods keep running. */
  readonly stopped: Promise<void>;
}

/**
 * Resolves once the slice on disk is loaded; from then on the pods of the slice are kept running, with or without a
 * voter, as soon as the engine answers. Ends when `signal` aborts. Rejects when the slice cannot be read.
 */
export async function startAgent(options: AgentOptions, signal: AbortSignal): Promise<Agent> {
  const { node, dataDir, runtime, network, mounts, clock, random, log, boardFacts } = options;
  const podsDirectory = join(dataDir, "pods");
  const slice = new SliceHolder(options.sliceStore);
  await slice.load();
  const session = new AgentSession({
    link: options.link,
    slice,
    version: options.version,
    clock,
    random,
    log,
    onSlice: () => agent.sliceChanged(),
    ...(options.onTime !== undefined && { onTime: options.onTime }),
  });
  const report = session.report.bind(session);
  const agent = new BoardAgent(
    {
      slice,
      facts: boardFacts,
      address: options.address ?? boardFacts.addresses[0],
      version: options.version,
      annotations: options.annotations,
      firstLabels: options.firstLabels,
      clusterDns: options.clusterDns,
      clusterDomain: options.clusterDomain ?? "cluster.local",
      onSlice: options.onSlice,
      uidsWithFiles: await podsWithFiles(podsDirectory),
    },
    {
      node,
      podsDirectory,
      volumesDirectory: join(dataDir, "volumes"),
      runtime,
      network,
      mounts,
      clock,
      random,
      log,
      events: new EventRecorder(node, clock, report),
      addresses: new AddressBook(),
      starts: new Slots(startsAtOnce),
      tokens: new PodTokens({ questions: new TokenQuestions(options.link, clock, random), clock, log }),
      report,
    },
  );
  const closeStreams = openStreams(options, agent);
  agent.sliceChanged();
  options.link.onConnection((connected) => {
    if (connected) agent.voterIsBack();
  });
  const watching = watchEngine(
    {
      runtime,
      arch: boardFacts.arch,
      clock,
      random,
      log,
      onReady: (engine, containers) => agent.engineReady(engine, containers),
      onChange: (podUid) => agent.containerChanged(podUid),
      onDown: () => agent.engineDown(),
    },
    signal,
  );
  signal.addEventListener(
    "abort",
    () => {
      session.end();
      closeStreams();
    },
    { once: true },
  );
  return { stopped: watching.then(() => agent.end()) };
}

/** Returns what ends them all. */
function openStreams(options: AgentOptions, agent: BoardAgent): () => void {
  const { node, runtime, clock, log, streams } = options;
  if (streams === undefined) return () => {};
  const hostAddress = options.address ?? options.boardFacts.addresses[0];
  const { carrier, dialler, meter, metrics } = streams;
  const usage = new UsageMeter({ runtime, meter, clock });
  const slice = () => agent.slice;
  const kept = metrics === undefined ? {} : { metrics };
  const handle = serveStreams({ node, runtime, dialler, usage, slice, hostAddress, log, ...kept });
  const desk = new StreamDesk({ node, carrier, clock, log, handle });
  return () => desk.close();
}
