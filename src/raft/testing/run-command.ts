/** The commands of a scenario; each does one thing to a `ScenarioCluster`. */
import { campaign } from "../election.ts";
import { lastIndex, lastTerm } from "../log.ts";
import type { Message, Peer, PeerId } from "../message.ts";
import { propose, proposeConfiguration } from "../propose.ts";
import { peersOf, votersOf } from "../raft.ts";
import { requestRead } from "../read-index.ts";
import { becomeCandidate } from "../role.ts";
import { send } from "../send.ts";
import { suspectLeader } from "../suspicion.ts";
import { tick } from "../tick.ts";
import { transferLeadership } from "../transfer.ts";
import type { ScenarioCluster } from "./scenario-cluster.ts";

interface Arguments {
  readonly words: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

type Command = (cluster: ScenarioCluster, args: Arguments) => void;

/** Rounds after which messages are taken to go round for ever. */
const roundsMax = 50;

/** Throws for a line that is no command. */
export function runCommand(cluster: ScenarioCluster, line: string): void {
  // Comments stand between commands, too.
  if (line.startsWith("#")) return;
  const [name = "", ...rest] = line.split(/\s+/);
  const command = commands[name];
  if (command === undefined) throw new Error(`no command ${name}`);
  const named = new Map(rest.filter((word) => word.includes("=")).map((word) => pairOf(word)));
  command(cluster, { words: rest.filter((word) => !word.includes("=")), named });
}

const commands: Readonly<Record<string, Command>> = {
  /**
   * `start a,b,c [learners=d] [blank=e] [appendBytes=n] [snapshotBytes=n] [inFlightBytes=n]`: peers with an empty log;
   * a blank one knows no fleet.
   */
  start(cluster, { words, named }) {
    if (named.has("inFlightBytes")) cluster.limits = { inFlightBytesMax: Number(named.get("inFlightBytes")) };
    cluster.snapshotBytes = Number(named.get("snapshotBytes") ?? 0);
    cluster.appendBytesMax = Number(named.get("appendBytes") ?? cluster.appendBytesMax);
    const voters = ids(words[0]);
    const learners = ids(named.get("learners"));
    const peers: Peer[] = [
      ...voters.map((id): Peer => ({ id, role: "voter", context: "" })),
      ...learners.map((id): Peer => ({ id, role: "learner", context: "" })),
    ];
    for (const { id } of peers) cluster.add(id, peers, [], { term: 1, vote: undefined });
    for (const id of ids(named.get("blank"))) cluster.add(id, [], [], { term: 0, vote: undefined });
  },
  /** `log a terms=1,1,4 term=7`: a peer that comes with a past, behind the configuration. */
  log(cluster, { words, named }) {
    const peers = peersOf(cluster.node(only(words)).raft);
    const terms = ids(named.get("terms")).map(Number);
    cluster.add(only(words), peers, terms, { term: Number(named.get("term")), vote: undefined });
  },
  campaign(cluster, { words }) {
    cluster.act(only(words), campaign);
  },
  /** Campaigns without a pre-vote, as a voter of another make would. */
  impatient(cluster, { words }) {
    cluster.act(only(words), (raft) => {
      becomeCandidate(raft);
      const ballot = { lastIndex: lastIndex(raft.log), lastTerm: lastTerm(raft.log) };
      for (const id of votersOf(raft)) {
        if (id !== raft.id) send(raft, id, { type: "requestVote", ...ballot, isHandover: false });
      }
    });
  },
  /** `tick a [count=n]`. */
  tick(cluster, { words, named }) {
    const count = Number(named.get("count") ?? 1);
    for (const id of ids(words[0])) {
      for (let n = 0; n < count; n += 1) cluster.act(id, tick);
    }
  },
  /** `suspect b,c leader=a`: they are told that the leader's process has ended. */
  suspect(cluster, { words, named }) {
    for (const id of ids(words[0])) cluster.act(id, (raft) => suspectLeader(raft, named.get("leader") ?? ""));
  },
  /** `deliver [from=a] [to=b] [type=t] [term=n]`: one round of what waits. */
  deliver(cluster, { named }) {
    cluster.deliverRound(filterOf(named));
  },
  /** As `deliver`, until nothing waits. */
  settle(cluster, { named }) {
    for (let round = 0; cluster.deliverRound(filterOf(named)) > 0; round += 1) {
      if (round > roundsMax) throw new Error("messages go round for ever");
    }
  },
  /** `settleQuietly`: as `settle`, saying nothing of what only leads up to the point. */
  settleQuietly(cluster) {
    while (cluster.deliverRound(() => true) > 0);
    cluster.takeOutput();
  },
  /** `drop [from=a] [to=b] [type=t]`: loses what waits. */
  drop(cluster, { named }) {
    const isWanted = filterOf(named);
    cluster.messages = cluster.messages.filter((message) => !isWanted(message));
  },
  /** `delay [from=a] [to=b] [type=t]`: a copy of what waits comes at the next `release`. */
  delay(cluster, { named }) {
    cluster.delayed.push(...cluster.messages.filter(filterOf(named)));
  },
  release(cluster) {
    cluster.messages.unshift(...cluster.delayed.splice(0));
  },
  /** `pass a ticks=n`: time passes for a leader, while everybody that can be reached answers it. Says nothing. */
  pass(cluster, { words, named }) {
    for (let ticks = Number(named.get("ticks")); ticks > 0; ticks -= 1) {
      cluster.act(only(words), tick);
      while (cluster.deliverRound(() => true) > 0);
    }
    cluster.takeOutput();
  },
  /** `repeat [from=a] [to=b] [type=t]`: what waits comes twice. */
  repeat(cluster, { named }) {
    cluster.messages.push(...cluster.messages.filter(filterOf(named)));
  },
  /** `reverse [from=a] [to=b] [type=t]`: what waits comes in the opposite order. */
  reverse(cluster, { named }) {
    const isWanted = filterOf(named);
    const wanted = cluster.messages.filter(isWanted);
    cluster.messages = [...cluster.messages.filter((message) => !isWanted(message)), ...wanted.reverse()];
  },
  /** `propose a x y`. */
  propose(cluster, { words }) {
    const [id = "", ...texts] = words;
    const data = texts.map((text) => new TextEncoder().encode(text));
    cluster.act(id, (raft) => {
      const outcome = propose(raft, data);
      if (outcome.kind !== "appended") cluster.print(`refused: ${outcome.kind}`);
    });
  },
  /** `change a b,c,d?`: asks a for the configuration in which d learns. */
  change(cluster, { words }) {
    const [id = "", list] = words;
    const peers = ids(list).map((name): Peer => {
      const isLearner = name.endsWith("?");
      return { id: name.replace("?", ""), role: isLearner ? "learner" : "voter", context: "" };
    });
    cluster.act(id, (raft) => {
      const outcome = proposeConfiguration(raft, peers);
      if (outcome.kind !== "appended") cluster.print(`refused: ${outcome.kind}`);
    });
  },
  /** `transfer a b`: a is to make b the leader. */
  transfer(cluster, { words }) {
    const [id = "", to = ""] = words;
    cluster.act(id, (raft) => {
      const outcome = transferLeadership(raft, to);
      if (outcome.kind !== "started") cluster.print(`refused: ${outcome.kind}`);
    });
  },
  /** `read a r1`. */
  read(cluster, { words }) {
    const [id = "", read = ""] = words;
    cluster.act(id, (raft) => {
      if (!requestRead(raft, read)) cluster.print("refused: notLeader");
    });
  },
  /** `compact a index`. */
  compact(cluster, { words }) {
    const [id = "", index] = words;
    cluster.compact(id, Number(index));
  },
  holdDisk(cluster, { words }) {
    cluster.node(only(words)).isDiskHeld = true;
  },
  releaseDisk(cluster, { words }) {
    cluster.node(only(words)).isDiskHeld = false;
    cluster.act(only(words), () => {});
  },
  /** Starts it again with an empty disk. */
  wipe(cluster, { words }) {
    cluster.add(only(words), [], [], { term: 0, vote: undefined });
  },
  restart(cluster, { words }) {
    for (const id of words) cluster.restart(id);
  },
  /** `cut a b,c a->b`: peers, and links in one direction. */
  cut(cluster, { words }) {
    cluster.cut(words.flatMap((list) => ids(list)));
  },
  heal(cluster) {
    cluster.heal();
  },
  status(cluster, { words }) {
    const wanted = words.length > 0 ? words : Array.from(cluster.nodes.keys());
    for (const id of wanted) cluster.print(cluster.describe(id));
  },
};

function filterOf(named: Arguments["named"]): (message: Message) => boolean {
  const [from, to, type, term] = ["from", "to", "type", "term"].map((key) => named.get(key));
  return (message) =>
    (from === undefined || ids(from).includes(message.from)) &&
    (to === undefined || ids(to).includes(message.to)) &&
    (type === undefined || message.type === type) &&
    (term === undefined || message.term === Number(term));
}

function pairOf(word: string): [string, string] {
  const [key = "", value = ""] = word.split("=");
  return [key, value];
}

function ids(list: string | undefined): PeerId[] {
  return list === undefined || list === "" ? [] : list.split(",");
}

function only(words: readonly string[]): PeerId {
  const [id] = words;
  if (id === undefined || words.length > 1) throw new Error("one peer is meant");
  return id;
}
