/** Which objects a command is about: `pods`, `pod web-0`, `pod/web-0 node/b1`, `pods,nodes -l app=web`. */
import { UsageError } from "../../lib/errors.ts";
import type { ServedKind, ServedKinds } from "./served-kinds.ts";

export interface Target {
  readonly kind: ServedKind;
  /** Absent for all objects of the kind. */
  readonly name: string | undefined;
}

/** Throws `UsageError`. */
export function parseTargets(kinds: ServedKinds, words: readonly string[]): Target[] {
  const [first, ...names] = words;
  if (first === undefined)
    throw new UsageError("say which objects: a kind and a name, as in `pod web-0` or `pod/web-0`");
  if (first.includes("/")) return words.map((word) => slashed(kinds, word));
  const meant = first.split(",").flatMap((word) => kinds.named(word));
  if (names.length === 0) return meant.map((kind) => ({ kind, name: undefined }));
  if (names.some((name) => name.includes("/")))
    throw new UsageError("either give kinds with names, as in `pod/web-0`, or one kind and then names");
  return meant.flatMap((kind) => names.map((name) => ({ kind, name })));
}

/** One object, named. Throws `UsageError`. */
export function parseTarget(kinds: ServedKinds, words: readonly string[]): Target & { readonly name: string } {
  const [target, ...more] = parseTargets(kinds, words);
  if (target?.name === undefined || more.length > 0) throw new UsageError("name one object, as in `daemonset/web`");
  return { ...target, name: target.name };
}

function slashed(kinds: ServedKinds, word: string): Target {
  const [type = "", name, ...rest] = word.split("/");
  if (name === undefined || name === "" || rest.length > 0)
    throw new UsageError(`${JSON.stringify(word)} is not KIND/NAME, as in pod/web-0`);
  const [kind] = kinds.named(type);
  if (kind === undefined) throw new UsageError(`the fleet has no kind ${JSON.stringify(type)}`);
  return { kind, name };
}
