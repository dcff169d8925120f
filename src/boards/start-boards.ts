/** What a voter does for the boards connected to it: slices down, reports up, and word to the leader of who is here. */
import { type BoardLinks, helloSchema, reportSchema, tokenRequestSchema } from "../api/board-link.ts";
import { podResource } from "../api/kinds/pod.ts";
import type { ApiClient } from "../client/api-client.ts";
import type { Surroundings } from "../client/controller.ts";
import { versionNumber } from "../client/resource-version.ts";
import type { SharedInformers } from "../client/shared-informers.ts";
import { messageOf } from "../lib/errors.ts";
import { type PresenceChannel, reportPresence } from "./presence/presence-reporter.ts";
import { ReportDesk } from "./reports/report-desk.ts";
import { informedWorld } from "./slice/informed-world.ts";
import type { FleetVoter } from "./slice/reductions.ts";
import { SharedRead } from "./slice/shared-read.ts";
import { SliceSender } from "./slice/slice-sender.ts";
import { answerTokenRequest } from "./tokens/token-desk.ts";
import { keepVoterLabel } from "./voter-label.ts";

export interface BoardsOptions extends Surroundings {
  /** Not fenced: reports are written by every voter, for its own boards. */
  readonly client: ApiClient;
  /** Of `client`, and not yet run: what is needed is asked for first. */
  readonly informers: SharedInformers;
  readonly links: BoardLinks;
  readonly presence: PresenceChannel;
  /** The time that boards may go by; undefined while this voter's clock is kept by nobody. */
  readonly sayableMs?: () => number | undefined;
  /** The voters and where their control brokers listen. */
  readonly voters: () => readonly FleetVoter[];
  /** Calls back whenever `voters` may answer differently. Returns what unsubscribes. */
  readonly onVotersChange: (listener: () => void) => () => void;
}

/** Serves boards, and runs the informers, until the signal aborts and everything has ended. Rejects on a bug alone. */
export async function startBoards(options: BoardsOptions, signal: AbortSignal): Promise<void> {
  const { client, informers, links, presence, clock, random, log } = options;
  const voters = () => options.voters().filter(({ role }) => role !== "learner");
  const world = informedWorld(informers, voters, (board) => slices.touch(board));
  const { pods } = world;
  // Another voter may have told a board more than this one knows yet. When a voter dies, a hundred boards ask at once.
  const podsShown = new SharedRead(async () => {
    const { items } = await client.list(podResource, {}, signal);
    const latest = Math.max(0, ...items.map(({ metadata }) => versionNumber(metadata.resourceVersion)));
    await pods.caughtUp(String(latest), signal);
  });
  const refresh = async (ended: AbortSignal) => {
    await informers.whenSynced(ended);
    await podsShown.fresh();
  };
  const slices = new SliceSender({
    links,
    world,
    refresh,
    ...(options.sayableMs !== undefined && { sayableMs: options.sayableMs }),
    clock,
    random,
    log,
  });
  const cachedPod = (namespace: string, name: string) => pods.cache.get(`${namespace}/${name}`);
  const desk = new ReportDesk({ client, links, cachedPod, clock, random, log });

  links.onMessage((board, kind, payload) => {
    if (signal.aborted) return;
    try {
      const body: unknown = JSON.parse(new TextDecoder().decode(payload));
      if (kind === "hello") {
        const hello = helloSchema.parse(body);
        desk.begin(board, hello.session);
        slices.begin(board, hello);
      } else if (kind === "token") {
        void answerTokenRequest({ client, links, cachedPod, log }, board, tokenRequestSchema.parse(body), signal);
      } else {
        desk.receive(board, reportSchema.parse(body));
      }
    } catch (error) {
      log.warn("unreadable message from a board", { board, kind, reason: messageOf(error) });
    }
  });
  links.onPresence((board, connected) => {
    if (connected) return;
    slices.end(board);
    desk.end(board);
  });
  reportPresence(links, presence, clock, signal);
  const forgetVoters = options.onVotersChange(() => slices.touch(undefined));
  const labelling = keepVoterLabel({ ...options, voters }, world.nodeInformer, signal);

  await Promise.all([informers.run(signal), labelling]);
  forgetVoters();
  slices.endAll();
  desk.endAll();
}
