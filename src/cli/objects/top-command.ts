/** `bramble top`: what boards and pods use just now. */
import { z } from "zod";
import { quantityMilliValue, quantityValue } from "../../api/meta/quantity.ts";
import { UsageError } from "../../lib/errors.ts";
import { textTable } from "../output.ts";
import type { ObjectSession } from "./object-session.ts";
import { plainList } from "./plain-object.ts";

const usageSchema = z.object({ cpu: z.string(), memory: z.string() });
const nodeMetricsSchema = z.looseObject({ usage: usageSchema });
const podMetricsSchema = z.looseObject({
  containers: z.array(z.looseObject({ name: z.string(), usage: usageSchema })),
});
const nodeSchema = z.looseObject({ status: z.looseObject({ allocatable: usageSchema.partial().optional() }) });

const metrics = "/apis/metrics.k8s.io/v1beta1";
const bytesPerMebibyte = 1024 * 1024;

export async function topNodes(session: ObjectSession, name: string | undefined): Promise<void> {
  const [used, nodes] = await Promise.all([listOf(session, `${metrics}/nodes`), listOf(session, "/api/v1/nodes")]);
  const rows = used
    .filter(({ metadata }) => name === undefined || metadata.name === name)
    .map((item) => {
      const { usage } = nodeMetricsSchema.parse(item);
      const node = nodes.find(({ metadata }) => metadata.name === item.metadata.name);
      const { allocatable } = nodeSchema.parse(node ?? { status: {} }).status;
      return [
        item.metadata.name ?? "",
        cores(usage.cpu),
        share(usage.cpu, allocatable?.cpu),
        mebibytes(usage.memory),
        share(usage.memory, allocatable?.memory),
      ];
    });
  if (rows.length === 0) throw new UsageError(nothingYet(name === undefined ? "boards" : `board ${name}`));
  session.io.out(textTable([["NAME", "CPU(cores)", "CPU%", "MEMORY(bytes)", "MEMORY%"], ...rows]));
}

export async function topPods(
  session: ObjectSession,
  { name, selector, containers }: { readonly name?: string; readonly selector?: string; readonly containers: boolean },
): Promise<void> {
  const within = session.namespace === undefined ? "" : `/namespaces/${session.namespace}`;
  const query = selector === undefined ? {} : { labelSelector: selector };
  const pods = (await listOf(session, `${metrics}${within}/pods`, query)).filter(
    ({ metadata }) => name === undefined || metadata.name === name,
  );
  const withNamespace = session.namespace === undefined;
  const rows = pods.flatMap((item) => {
    const { containers: used } = podMetricsSchema.parse(item);
    const pod = [...(withNamespace ? [item.metadata.namespace ?? ""] : []), item.metadata.name ?? ""];
    if (containers) return used.map(({ name: of, usage }) => [...pod, of, cores(usage.cpu), mebibytes(usage.memory)]);
    const milliCores = used.reduce((sum, { usage }) => sum + quantityMilliValue(usage.cpu), 0);
    const bytes = used.reduce((sum, { usage }) => sum + quantityValue(usage.memory), 0);
    return [[...pod, `${milliCores}m`, `${Math.round(bytes / bytesPerMebibyte)}Mi`]];
  });
  if (rows.length === 0) throw new UsageError(nothingYet(name === undefined ? "pods" : `pod ${name}`));
  const header = [...(withNamespace ? ["NAMESPACE"] : []), "POD", ...(containers ? ["NAME"] : [])];
  session.io.out(textTable([[...header, "CPU(cores)", "MEMORY(bytes)"], ...rows]));
}

async function listOf(session: ObjectSession, path: string, query: Record<string, string> = {}) {
  return plainList(await session.ask({ method: "GET", path, query })).items;
}

function nothingYet(what: string): string {
  return `there are no figures of the ${what} asked for: see that they run, with \`bramble get nodes\` and \`bramble get pods\``;
}

const cores = (cpu: string) => `${quantityMilliValue(cpu)}m`;
const mebibytes = (memory: string) => `${Math.round(quantityValue(memory) / bytesPerMebibyte)}Mi`;

function share(used: string, of = "0"): string {
  const whole = quantityMilliValue(of);
  return whole === 0 ? "<unknown>" : `${Math.round((quantityMilliValue(used) / whole) * 100)}%`;
}
