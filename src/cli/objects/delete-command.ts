/** `bramble delete`: by name, by selector or by manifest, waiting until the objects are gone. */
import { successBody } from "../../client/reply.ts";
import { UsageError } from "../../lib/errors.ts";
import type { ObjectSession } from "./object-session.ts";
import { type PlainObject, plainList, plainObject } from "./plain-object.ts";
import type { ServedKind } from "./served-kinds.ts";
import { parseTargets } from "./targets.ts";

export interface DeleteFlags {
  readonly selector?: string;
  readonly all: boolean;
  readonly gracePeriod?: number;
  readonly cascade: "background" | "foreground" | "orphan";
  readonly force: boolean;
  readonly wait: boolean;
  readonly ignoreNotFound: boolean;
  readonly dryRun: boolean;
}

interface Doomed {
  readonly kind: ServedKind;
  readonly name: string;
  readonly namespace: string | undefined;
}

const policies = { background: "Background", foreground: "Foreground", orphan: "Orphan" } as const;
const askEveryMs = 250;

export async function deleteObjects(
  session: ObjectSession,
  words: readonly string[],
  manifests: readonly PlainObject[],
  flags: DeleteFlags,
): Promise<void> {
  const doomed = [...ofManifests(session, manifests), ...(words.length > 0 ? await named(session, words, flags) : [])];
  const going: (Doomed & { readonly uid: string | undefined })[] = [];
  for (const target of doomed) {
    const uid = await deleteOne(session, target, flags);
    if (uid !== "absent") going.push({ ...target, uid });
  }
  if (doomed.length === 0) session.io.out("No resources found\n");
  if (!flags.wait || flags.dryRun) return;
  for (const target of going) await gone(session, target);
}

/** The uid of what goes, where the answer tells it. */
async function deleteOne(session: ObjectSession, target: Doomed, flags: DeleteFlags): Promise<string | undefined> {
  const reply = await session.reply({
    method: "DELETE",
    path: session.pathOf(target, target.namespace),
    body: {
      kind: "DeleteOptions",
      apiVersion: "v1",
      propagationPolicy: policies[flags.cascade],
      ...(flags.force ? { gracePeriodSeconds: 0 } : {}),
      ...(flags.gracePeriod !== undefined && { gracePeriodSeconds: flags.gracePeriod }),
      ...(flags.dryRun && { dryRun: ["All"] }),
    },
  });
  if (reply.status === 404 && flags.ignoreNotFound) return "absent";
  const body = successBody(reply);
  const { kind, name } = target;
  const shown = `${kind.group === "" ? kind.singular : `${kind.singular}.${kind.group}`} "${name}"`;
  session.io.out(`${shown} ${flags.force ? "force deleted" : "deleted"}${flags.dryRun ? " (server dry run)" : ""}\n`);
  return typeof body === "object" && body !== null && "metadata" in body && "kind" in body && body.kind !== "Status"
    ? plainObject(body).metadata.uid
    : undefined;
}

/** Another object of the same name is not the one that was to go. */
async function gone(session: ObjectSession, target: Doomed & { readonly uid: string | undefined }): Promise<void> {
  const path = session.pathOf(target, target.namespace);
  for (;;) {
    const reply = await session.reply({ method: "GET", path });
    if (reply.status === 404) return;
    const { uid } = plainObject(successBody(reply)).metadata;
    if (target.uid !== undefined && uid !== target.uid) return;
    await session.io.pause(askEveryMs);
  }
}

async function named(session: ObjectSession, words: readonly string[], flags: DeleteFlags): Promise<Doomed[]> {
  const targets = parseTargets(session.kinds, words);
  if (targets.every(({ name }) => name === undefined) && flags.selector === undefined && !flags.all) {
    throw new UsageError(`name what shall go, as in \`${words[0]}/NAME\`, select it with -l, or say --all`);
  }
  const found = await Promise.all(
    targets.map(async ({ kind, name }): Promise<Doomed[]> => {
      if (name !== undefined) return [{ kind, name, namespace: session.namespace }];
      const query = flags.selector === undefined ? {} : { labelSelector: flags.selector };
      const list = plainList(await session.ask({ method: "GET", path: session.pathOf({ kind, name }), query }));
      return list.items.map(({ metadata }) => ({ kind, name: metadata.name ?? "", namespace: metadata.namespace }));
    }),
  );
  return found.flat();
}

function ofManifests(session: ObjectSession, manifests: readonly PlainObject[]): Doomed[] {
  return manifests.map(({ apiVersion, kind, metadata }) => {
    if (metadata.name === undefined) throw new UsageError(`a ${kind} without metadata.name cannot be deleted: name it`);
    const served = session.kinds.ofObject(apiVersion, kind);
    return { kind: served, name: metadata.name, namespace: metadata.namespace ?? session.namespace };
  });
}
