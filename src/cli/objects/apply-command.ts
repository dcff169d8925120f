/** `bramble apply`: makes the fleet's objects what manifests say, by server-side apply. */
import { ApiError } from "../../api/api-error.ts";
import { successBody } from "../../client/reply.ts";
import { UsageError } from "../../lib/errors.ts";
import { type ObjectSession, shownName } from "./object-session.ts";
import { type OutputForm, printObjects } from "./output-form.ts";
import { type PlainObject, plainObject } from "./plain-object.ts";

export interface ApplyFlags {
  readonly dryRun: boolean;
  readonly forceConflicts: boolean;
  readonly fieldManager: string;
  readonly output?: OutputForm;
}

/** In the order of the manifests; the first refusal ends it, and says which object it is about. */
export async function applyObjects(
  session: ObjectSession,
  manifests: readonly PlainObject[],
  flags: ApplyFlags,
): Promise<void> {
  const applied: PlainObject[] = [];
  for (const manifest of manifests) {
    const kind = session.kinds.ofObject(manifest.apiVersion, manifest.kind);
    const { name, namespace } = manifest.metadata;
    if (name === undefined) throw new UsageError(`a ${manifest.kind} without metadata.name cannot be applied: name it`);
    const path = session.pathOf({ kind, name }, namespace ?? session.namespace);
    const before = await session.reply({ method: "GET", path });
    const reply = await session.reply({
      method: "PATCH",
      path,
      contentType: "application/apply-patch+yaml",
      query: {
        fieldManager: flags.fieldManager,
        fieldValidation: "Strict",
        ...(flags.forceConflicts && { force: "true" }),
        ...(flags.dryRun && { dryRun: "All" }),
      },
      body: manifest,
    });
    if (reply.status === 409) throw conflictOf(ApiError.fromReply(reply.status, reply.body), shownName(kind, name));
    const after = plainObject(successBody(reply));
    applied.push(after);
    if (flags.output === undefined || flags.output === "wide")
      session.io.out(
        `${shownName(kind, name)} ${outcome(before.status, before.body, after)}${flags.dryRun ? " (server dry run)" : ""}\n`,
      );
    else if (flags.output === "name") session.io.out(`${shownName(kind, name)}\n`);
  }
  if (flags.output === "json" || flags.output === "yaml")
    session.io.out(printObjects(applied, flags.output, applied.length === 1));
}

function outcome(statusBefore: number, before: unknown, after: PlainObject): string {
  if (statusBefore === 404) return "created";
  const { metadata } = plainObject(before);
  return metadata.resourceVersion === after.metadata.resourceVersion ? "unchanged" : "configured";
}

function conflictOf(error: ApiError, shown: string): Error {
  return new UsageError(
    `${shown}: ${error.message}; take the fields over with --force-conflicts, or leave them out of the manifest`,
    { cause: error },
  );
}
