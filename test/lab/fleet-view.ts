/** What tests ask a lab's fleet, in their own words. */
import { z } from "zod";
import type { Lab } from "./lab.ts";
import { waitUntil } from "./wait-until.ts";

const podListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ nodeName: z.string().optional() }),
      status: z
        .object({
          phase: z.string().optional(),
          podIP: z.string().optional(),
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
        })
        .optional(),
    }),
  ),
});

export interface PodView {
  readonly name: string;
  readonly board: string;
  readonly address: string;
  readonly ready: boolean;
}

/** Pods with a label that are not being deleted, in order of board. */
export async function podsOf(lab: Lab, app: string): Promise<PodView[]> {
  const { items } = podListSchema.parse(
    JSON.parse(await lab.kubectl(["get", "pods", "-l", `app=${app}`, "-o", "json"])),
  );
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      board: spec.nodeName ?? "",
      address: status?.podIP ?? "",
      ready: status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false,
    }))
    .sort((a, b) => (a.board < b.board ? -1 : 1));
}

/** Waits until exactly these boards run a ready pod each, and returns the pods in order of board. */
export async function podsOn(lab: Lab, app: string, boards: readonly string[]): Promise<PodView[]> {
  let pods: PodView[] = [];
  await waitUntil(`a ready pod '${app}' on each of ${boards.join(", ") || "no board"}`, 60_000, async () => {
    pods = await podsOf(lab, app);
    return pods.every(({ ready }) => ready) && pods.map(({ board }) => board).join() === boards.join();
  });
  return pods;
}

/** Running containers of a board's pods, sandboxes included, as full ids in order. */
export async function containersOn(lab: Lab, board: string): Promise<string[]> {
  return (await lab.docker(board, "ps", "--quiet", "--no-trunc")).split("\n").filter(Boolean).sort();
}

/** What a web server says to a pod of the sample image on `board`. */
export async function askFromPod(lab: Lab, board: string, address: string): Promise<string> {
  const [container = ""] = (await lab.docker(board, "ps", "--quiet", "--filter", "ancestor=bramble/hello:1")).split(
    "\n",
  );
  const ask = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${address} 8080`;
  return lab.docker(board, "exec", container, "sh", "-c", ask);
}
