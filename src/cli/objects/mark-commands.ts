/** `bramble label` and `annotate`: `key=value` sets, `key-` takes away. */
import { UsageError } from "../../lib/errors.ts";
import { type ObjectSession, shownName } from "./object-session.ts";
import { plainList, plainObject } from "./plain-object.ts";
import { parseTargets } from "./targets.ts";

export interface MarkFlags {
  readonly overwrite: boolean;
  readonly selector?: string;
  readonly all: boolean;
  readonly dryRun: boolean;
}

export type Mark = "labels" | "annotations";

const said = {
  labels: { set: "labeled", removed: "unlabeled", none: "not labeled" },
  annotations: { set: "annotated", removed: "annotated", none: "not annotated" },
} as const;

export async function markObjects(
  session: ObjectSession,
  mark: Mark,
  words: readonly string[],
  flags: MarkFlags,
): Promise<void> {
  const { objects, changes } = split(words);
  if (changes.size === 0)
    throw new UsageError("say what to set, as in `place=kitchen`, or to take away, as in `place-`");
  for (const { kind, name } of parseTargets(session.kinds, objects)) {
    if (name === undefined && flags.selector === undefined && !flags.all)
      throw new UsageError(`name an object, select some with -l, or say --all`);
    const query = flags.selector === undefined ? {} : { labelSelector: flags.selector };
    const names =
      name === undefined
        ? plainList(await session.ask({ method: "GET", path: session.pathOf({ kind, name }), query })).items.map(
            ({ metadata }) => metadata.name ?? "",
          )
        : [name];
    for (const each of names) await markOne(session, mark, { kind, name: each }, changes, flags);
  }
}

async function markOne(
  session: ObjectSession,
  mark: Mark,
  target: Parameters<ObjectSession["pathOf"]>[0] & { readonly name: string },
  changes: ReadonlyMap<string, string | null>,
  flags: MarkFlags,
): Promise<void> {
  const path = session.pathOf(target);
  const { metadata } = plainObject(await session.ask({ method: "GET", path }));
  const current = metadata[mark] ?? {};
  for (const [key, value] of changes) {
    const has = Object.hasOwn(current, key) ? current[key] : undefined;
    if (value !== null && has !== undefined && has !== value && !flags.overwrite)
      throw new UsageError(`'${key}' already has a value (${has}): replace it with --overwrite`);
  }
  const isChange = Array.from(changes).some(([key, value]) => (current[key] ?? null) !== value);
  if (isChange) {
    const query = flags.dryRun ? { dryRun: "All" } : {};
    const body = { metadata: { [mark]: Object.fromEntries(changes) } };
    await session.ask({ method: "PATCH", path, contentType: "application/merge-patch+json", query, body });
  }
  const outcome = !isChange ? "none" : Array.from(changes.values()).some((value) => value !== null) ? "set" : "removed";
  session.io.out(
    `${shownName(target.kind, target.name)} ${said[mark][outcome]}${flags.dryRun ? " (server dry run)" : ""}\n`,
  );
}

/** Objects come first, changes after them. */
function split(words: readonly string[]): { objects: string[]; changes: Map<string, string | null> } {
  const isChange = (word: string) => /=/.test(word) || /^[^/]*[^-/]-$/.test(word) || /\/[^/]+-$/.test(word);
  const first = words.findIndex(isChange);
  const objects = first === -1 ? [...words] : words.slice(0, first);
  const changes = new Map<string, string | null>();
  for (const word of first === -1 ? [] : words.slice(first)) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (key !== undefined && value !== undefined) changes.set(key, value);
    else if (word.endsWith("-")) changes.set(word.slice(0, -1), null);
    else throw new UsageError(`${JSON.stringify(word)} is neither KEY=VALUE nor KEY-`);
  }
  return { objects, changes };
}
