/**
 * The names of what is said on a broker that the whole fleet shares. Every one tells receiver and sender as their
 * certificates do, each in a level of its own, because that is all that a broker's access list can compare.
 */
import type { VoterChannel, VoterId } from "../../../replication/ports.ts";
import { nodeOfUser, nodeUser } from "../../pki/certificate-names.ts";
import { isVoterChannel, voterChannelNames } from "../topics.ts";

export type SharedTopic =
  | { readonly plane: "voter"; readonly channel: VoterChannel; readonly to: VoterId; readonly from: VoterId }
  | {
      readonly plane: "node";
      readonly to: string;
      readonly from: string;
      readonly direction: "up" | "down";
      readonly kind: string;
    }
  /** Retained: that the node is there, as a voter or as a board. */
  | { readonly plane: "here"; readonly node: string; readonly part: HerePart };

export type HerePart = "voter" | "board";

const suffixPattern = /^[0-9a-f]{8}$/;

/** `bramble/<fleet>/v1/<channel>/<to>/<from>/<to's disk>/<from's disk>`; a voter id is its node and its disk. */
export function sharedVoterTopic(fleet: string, channel: VoterChannel, to: VoterId, from: VoterId): string {
  const [one, other] = [splitId(to), splitId(from)];
  return `${root(fleet)}/${channel}/${nodeUser(one.node)}/${nodeUser(other.node)}/${one.disk}/${other.disk}`;
}

/** `bramble/<fleet>/v1/node/<to>/<from>/up|down/<kind>` */
export function sharedNodeTopic(
  fleet: string,
  names: { readonly to: string; readonly from: string },
  direction: "up" | "down",
  kind: string,
): string {
  return `${root(fleet)}/node/${nodeUser(names.to)}/${nodeUser(names.from)}/${direction}/${kind}`;
}

/** `bramble/<fleet>/v1/here/<node>/voter|board` */
export function hereTopic(fleet: string, node: string, part: HerePart): string {
  return `${root(fleet)}/here/${nodeUser(node)}/${part}`;
}

/** What a voter hears: the others' words to this very disk of its, its boards' reports, and who is there. */
export function voterFilters(fleet: string, id: VoterId): readonly string[] {
  const { node, disk } = splitId(id);
  const me = nodeUser(node);
  const voters = voterChannelNames.map((channel) => `${root(fleet)}/${channel}/${me}/+/${disk}/+`);
  return [...voters, `${root(fleet)}/node/${me}/+/up/+`, `${root(fleet)}/here/+/+`];
}

/** What a board hears: its slices, and which voters are there. */
export function boardFilters(fleet: string, node: string): readonly string[] {
  return [`${root(fleet)}/node/${nodeUser(node)}/+/down/+`, `${root(fleet)}/here/+/voter`];
}

/** Undefined for another fleet's topic and for an unknown one. */
export function parseSharedTopic(fleet: string, name: string): SharedTopic | undefined {
  const prefix = `${root(fleet)}/`;
  if (!name.startsWith(prefix)) return undefined;
  const [plane = "", first = "", second = "", third = "", fourth = "", ...rest] = name.slice(prefix.length).split("/");
  if (rest.length > 0) return undefined;
  const node = nodeOfUser(first);
  if (plane === "here") {
    if (third !== "" || node === undefined || (second !== "voter" && second !== "board")) return undefined;
    return { plane, node, part: second };
  }
  const from = nodeOfUser(second);
  if (node === undefined || from === undefined || fourth === "") return undefined;
  if (plane === "node") {
    return third === "up" || third === "down" ? { plane, to: node, from, direction: third, kind: fourth } : undefined;
  }
  if (!isVoterChannel(plane) || !suffixPattern.test(third) || !suffixPattern.test(fourth)) return undefined;
  return { plane: "voter", channel: plane, to: `${node}.${third}` as VoterId, from: `${from}.${fourth}` as VoterId };
}

/** The node that a voter id begins with. */
export function nodeOfVoter(id: VoterId): string {
  return splitId(id).node;
}

function splitId(id: VoterId): { readonly node: string; readonly disk: string } {
  const dot = id.lastIndexOf(".");
  return { node: id.slice(0, dot), disk: id.slice(dot + 1) };
}

function root(fleet: string): string {
  return `bramble/${fleet}/v1`;
}
