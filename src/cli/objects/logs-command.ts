/** `bramble logs`: what containers print. */
import { z } from "zod";
import { UsageError } from "../../lib/errors.ts";
import type { ObjectSession } from "./object-session.ts";
import { type PlainObject, plainList, plainObject } from "./plain-object.ts";
import { parseTarget } from "./targets.ts";

export interface LogsFlags {
  readonly container?: string;
  readonly allContainers: boolean;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tail?: number;
  readonly sinceMs?: number;
  readonly limitBytes?: number;
  readonly selector?: string;
  readonly prefix: boolean;
}

const podSchema = z.looseObject({
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string() })),
    initContainers: z.array(z.looseObject({ name: z.string() })).optional(),
  }),
});
const selectorSchema = z.looseObject({
  spec: z.looseObject({ selector: z.object({ matchLabels: z.record(z.string(), z.string()) }) }),
});
const streamsMax = 20;
/** As many lines as kubectl shows of several pods at once. */
const tailOfMany = 10;

export async function showLogs(session: ObjectSession, words: readonly string[], flags: LogsFlags): Promise<void> {
  const pods = await podsMeant(session, words, flags);
  const streams = pods.flatMap((pod) =>
    containersOf(pod, flags).map((container) => ({
      pod: pod.metadata.name ?? "",
      namespace: pod.metadata.namespace ?? "",
      container,
    })),
  );
  if (streams.length === 0) throw new UsageError("no pod is meant by that: see `bramble get pods`");
  if (flags.follow && streams.length > streamsMax)
    throw new UsageError(
      `${streams.length} containers are too many to follow at once: select fewer than ${streamsMax + 1}`,
    );
  const many = streams.length > 1;
  const show = (stream: (typeof streams)[number]) => {
    const prefix = flags.prefix ? `[pod/${stream.pod}/${stream.container}] ` : "";
    return printLog(
      session,
      stream,
      prefix,
      many && flags.selector !== undefined ? { tail: tailOfMany, ...flags } : flags,
    );
  };
  if (flags.follow) await Promise.all(streams.map(show));
  else for (const stream of streams) await show(stream);
}

async function podsMeant(
  session: ObjectSession,
  words: readonly string[],
  flags: LogsFlags,
): Promise<readonly PlainObject[]> {
  const kind = session.kinds.find("pods");
  if (kind === undefined) throw new UsageError("the fleet serves no pods");
  const list = async (labelSelector: string) =>
    plainList(
      await session.ask({ method: "GET", path: session.pathOf({ kind, name: undefined }), query: { labelSelector } }),
    ).items;
  const [word] = words;
  if (flags.selector !== undefined) return list(flags.selector);
  if (word === undefined) throw new UsageError("name a pod, as in `bramble logs web-0`, or select some with -l");
  const target = parseTarget(session.kinds, word.includes("/") ? [word] : ["pods", word]);
  const object = plainObject(await session.ask({ method: "GET", path: session.pathOf(target) }));
  if (target.kind.plural === "pods") return [object];
  const { matchLabels } = selectorSchema.parse(object).spec.selector;
  return list(
    Object.entries(matchLabels)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  );
}

function containersOf(pod: PlainObject, { container, allContainers }: LogsFlags): string[] {
  const { containers, initContainers = [] } = podSchema.parse(pod).spec;
  if (container !== undefined) return [container];
  const names = containers.map(({ name }) => name);
  if (allContainers) return [...initContainers.map(({ name }) => name), ...names];
  return [pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"] ?? names[0] ?? ""];
}

async function printLog(
  { fleet, io }: ObjectSession,
  { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
  prefix: string,
  flags: LogsFlags,
): Promise<void> {
  const query = {
    container,
    ...(flags.follow && { follow: "true" }),
    ...(flags.previous && { previous: "true" }),
    ...(flags.timestamps && { timestamps: "true" }),
    ...(flags.tail !== undefined && { tailLines: String(flags.tail) }),
    ...(flags.sinceMs !== undefined && { sinceSeconds: String(Math.ceil(flags.sinceMs / 1000)) }),
    ...(flags.limitBytes !== undefined && { limitBytes: String(flags.limitBytes) }),
  };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  const decoder = new TextDecoder();
  let line = "";
  for await (const chunk of fleet.text(path, query, io.signal)) {
    const text = decoder.decode(chunk, { stream: true });
    if (prefix === "") io.out(text);
    else {
      const lines = (line + text).split("\n");
      line = lines.pop() ?? "";
      for (const whole of lines) io.out(`${prefix}${whole}\n`);
    }
  }
  if (line !== "") io.out(`${prefix}${line}\n`);
}
