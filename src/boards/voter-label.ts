/** Marks the Nodes of voters as what they are, for people and for node selectors. */
import { type Node, nodeResource } from "../api/kinds/node.ts";
import type { ApiClient } from "../client/api-client.ts";
import { Controller, done, type Outcome, type Surroundings } from "../client/controller.ts";
import type { Informer } from "../client/informer.ts";
import { isConflict, isNotFound } from "../client/refusal.ts";
import type { FleetVoter } from "./slice/reductions.ts";

const voterLabel = "node-role.kubernetes.io/voter";

interface VoterLabelOptions extends Surroundings {
  readonly client: ApiClient;
  readonly voters: () => readonly FleetVoter[];
  readonly onVotersChange: (listener: () => void) => () => void;
}

/** Every voter looks at all of them: whoever is first writes, the others find it written. Ends with the signal. */
export async function keepVoterLabel(
  options: VoterLabelOptions,
  nodes: Informer<Node>,
  signal: AbortSignal,
): Promise<void> {
  const { client, voters } = options;

  async function reconcile(name: string): Promise<Outcome> {
    const node = nodes.cache.get(name);
    if (node === undefined || !isMislabelled(node)) return done;
    const { uid, resourceVersion } = node.metadata;
    const labels = { [voterLabel]: isVoter(name) ? "" : null };
    try {
      await client.mergePatch(nodeResource, { name }, { metadata: { uid, resourceVersion, labels } }, signal);
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the node changed meanwhile" };
      if (!isNotFound(error)) throw error;
    }
    return done;
  }

  const isVoter = (name: string) => voters().some(({ node }) => node === name);
  const isMislabelled = ({ metadata }: Node) =>
    (metadata.labels?.[voterLabel] !== undefined) !== isVoter(metadata.name);

  const controller = new Controller({ ...options, name: "voter-label", reconcile });
  const stopNodes = nodes.onChange(({ type, key, object }) => {
    if (type !== "deleted" && isMislabelled(object)) controller.enqueue(key);
  });
  const stopVoters = options.onVotersChange(() => {
    for (const node of nodes.cache.values()) if (isMislabelled(node)) controller.enqueue(node.metadata.name);
  });
  await controller.run(signal);
  stopNodes();
  stopVoters();
}
