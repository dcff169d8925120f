/** What is wrong with an object's metadata, and with a change of it. */
import { sameJson } from "../../lib/same-json.ts";
import type { ObjectMeta, TemplateMeta } from "../meta/object-meta.ts";
import { type Cause, forbidden, invalid, required, tooLong } from "./cause.ts";
import { dnsLabel, labelKey, labelValue, type TextRule } from "./names.ts";

const annotationsBytesMax = 256 * 1024;

export function validateObjectMeta(meta: ObjectMeta, namespaced: boolean, nameRule: TextRule): Cause[] {
  const causes: Cause[] = [];
  if (meta.generateName !== undefined) {
    // A generated name ends in random letters, so a prefix may end in a hyphen.
    const wrong = nameRule(meta.generateName.endsWith("-") ? `${meta.generateName}x` : meta.generateName);
    if (wrong !== undefined) causes.push(invalid("metadata.generateName", meta.generateName, wrong));
  }
  if (meta.name === "") causes.push(required("metadata.name", "name or generateName is required"));
  else check("metadata.name", meta.name, nameRule, causes);
  if (!namespaced && meta.namespace !== undefined)
    causes.push(forbidden("metadata.namespace", "not allowed on this type"));
  if (namespaced && meta.namespace === undefined) causes.push(required("metadata.namespace"));
  else if (namespaced && meta.namespace !== undefined) check("metadata.namespace", meta.namespace, dnsLabel, causes);
  causes.push(...validateLabelsAndAnnotations(meta, "metadata"), ...validateOwners(meta));
  for (const finalizer of meta.finalizers ?? []) check("metadata.finalizers", finalizer, labelKey, causes);
  return causes;
}

function check(field: string, value: string, rule: TextRule, causes: Cause[]): void {
  const wrong = rule(value);
  if (wrong !== undefined) causes.push(invalid(field, value, wrong));
}

/** Labels and annotations of an object or a template; `path` leads to the metadata. */
export function validateLabelsAndAnnotations(meta: TemplateMeta, path: string): Cause[] {
  const causes = validateLabels(meta.labels, `${path}.labels`);
  let bytes = 0;
  for (const [key, value] of Object.entries(meta.annotations ?? {})) {
    check(`${path}.annotations`, key.toLowerCase(), labelKey, causes);
    bytes += key.length + value.length;
  }
  if (bytes > annotationsBytesMax) causes.push(tooLong(`${path}.annotations`, annotationsBytesMax));
  return causes;
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): Cause[] {
  const causes: Cause[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    check(path, key, labelKey, causes);
    check(path, value, labelValue, causes);
  }
  return causes;
}

function validateOwners({ ownerReferences = [] }: ObjectMeta): Cause[] {
  const controllers = ownerReferences.filter((owner) => owner.controller === true);
  if (controllers.length < 2) return [];
  const names = controllers.map(({ kind, name }) => `${kind} ${name}`);
  return [invalid("metadata.ownerReferences", names, "only one reference can have controller set to true")];
}

/** Expects both objects to be valid and `next` to carry `current`'s restored fields where the client left them out. */
export function validateObjectMetaUpdate(next: ObjectMeta, current: ObjectMeta): Cause[] {
  const causes: Cause[] = [];
  for (const field of ["name", "namespace", "uid"] as const)
    if (next[field] !== current[field]) causes.push(invalid(`metadata.${field}`, next[field], "field is immutable"));
  if (current.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter((finalizer) => !current.finalizers?.includes(finalizer));
    if (added.length > 0)
      causes.push(
        forbidden(
          "metadata.finalizers",
          `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
        ),
      );
  }
  return causes;
}

/** A field that must stay what it was. */
export function immutable(field: string, next: unknown, current: unknown): Cause[] {
  return sameJson(next, current) ? [] : [invalid(field, next, "field is immutable")];
}
