import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { kubeconfigPath } from "./lab-names.ts";
import type { LabBoard, LabRecord } from "./lab-record.ts";

const kubeconfigSchema = z.object({
  clusters: z.array(z.object({ cluster: z.looseObject({ "certificate-authority-data": z.string() }) })).min(1),
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z.object({ "client-certificate-data": z.string(), "client-key-data": z.string() }),
      }),
    )
    .min(1),
});

/** Where a voter serves the API. */
export const serverOf = ({ address }: LabBoard): string => `https://${address}:6443`;

/**
 * The administrator's kubeconfig with a context for each voter, named after its board: `kubectl --context b2` asks that
 * one. The founder's is the current one. `issued` is the file that `bramble init` wrote.
 */
export function writeLabKubeconfig(lab: LabRecord, issued: string): void {
  const { clusters, users } = kubeconfigSchema.parse(parse(readFileSync(issued, "utf8")));
  const [cluster, user] = [clusters[0]?.cluster, users[0]];
  const voters = lab.boards.filter((board) => board.voter);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: voters.map((voter) => ({ name: voter.name, cluster: { ...cluster, server: serverOf(voter) } })),
    users: [user],
    contexts: voters.map(({ name }) => ({ name, context: { cluster: name, user: user?.name } })),
    "current-context": voters[0]?.name,
  };
  writeFileSync(kubeconfigPath(lab.name), stringify(kubeconfig), { mode: 0o600 });
}

/** The lab's kubeconfig as a file's text that names one voter, of somebody who has to say by other means who he is. */
export function kubeconfigOfNobody(lab: LabRecord, voter: LabBoard): string {
  const { clusters } = kubeconfigSchema.parse(parse(readFileSync(kubeconfigPath(lab.name), "utf8")));
  const cluster = { ...clusters[0]?.cluster, server: serverOf(voter) };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: voter.name, cluster }],
    contexts: [{ name: voter.name, context: { cluster: voter.name } }],
    "current-context": voter.name,
  });
}

/** The fleet's certificate authority and the administrator's certificate and key, in PEM. */
export function administratorOf(lab: string): { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer } {
  const { clusters, users } = kubeconfigSchema.parse(parse(readFileSync(kubeconfigPath(lab), "utf8")));
  const decode = (text: string | undefined) => Buffer.from(text ?? "", "base64");
  return {
    ca: decode(clusters[0]?.cluster["certificate-authority-data"]),
    cert: decode(users[0]?.user["client-certificate-data"]),
    key: decode(users[0]?.user["client-key-data"]),
  };
}
