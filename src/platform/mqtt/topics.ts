/** The names of what is said on a fleet's control brokers: built and read here alone. */
import type { VoterChannel } from "../../replication/ports.ts";

export type ControlTopic =
  /** Between voters, on the receiver's own broker. */
  | { readonly plane: "voter"; readonly channel: VoterChannel; readonly to: string; readonly from: string }
  /** Between a board and its home voter. */
  | { readonly plane: "node"; readonly node: string; readonly direction: "up" | "down"; readonly kind: string };

const voterChannels = {
  raft: true,
  call: true,
  presence: true,
  events: true,
  stream: true,
  telemetry: true,
} satisfies Record<VoterChannel, true>;

/** The kind of message, in either direction, that is a frame of a stream and no word of the board's session. */
export const streamKind = "stream";
/** … and one that is what the board has measured. */
export const telemetryKind = "telemetry";

export const voterChannelNames: readonly string[] = Object.keys(voterChannels);

export function isVoterChannel(text: string): text is VoterChannel {
  return Object.hasOwn(voterChannels, text);
}

function root(fleet: string): string {
  return `bramble/${fleet}/v1`;
}

/** `bramble/<fleet>/v1/<channel>/<to>/<from>` */
export function voterTopic(fleet: string, channel: VoterChannel, to: string, from: string): string {
  return `${root(fleet)}/${channel}/${to}/${from}`;
}

/** `bramble/<fleet>/v1/node/<node>/up|down/<kind>` */
export function nodeTopic(fleet: string, node: string, direction: "up" | "down", kind: string): string {
  return `${root(fleet)}/node/${node}/${direction}/${kind}`;
}

/** All that a node is told. */
export function downFilter(fleet: string, node: string): string {
  return nodeTopic(fleet, node, "down", "#");
}

/** The topic behind its name; undefined for another fleet's, an unknown one, and anything with a wildcard. */
export function parseTopic(fleet: string, name: string): ControlTopic | undefined {
  if (/[+#$\0]/.test(name)) return undefined;
  const prefix = `${root(fleet)}/`;
  if (!name.startsWith(prefix)) return undefined;
  const [head = "", second, third, fourth, ...rest] = name.slice(prefix.length).split("/");
  if (!second || !third || rest.length > 0) return undefined;
  if (head === "node") {
    if (!fourth || (third !== "up" && third !== "down")) return undefined;
    return { plane: "node", node: second, direction: third, kind: fourth };
  }
  if (fourth !== undefined || !isVoterChannel(head)) return undefined;
  return { plane: "voter", channel: head, to: second, from: third };
}
