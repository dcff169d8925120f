/** What is wrong with the definition of a kind, and what of it may not change. */
import { ownValue } from "../../../lib/own-value.ts";
import { validateColumns } from "../../custom/validate-columns.ts";
import { validateStructure } from "../../custom/validate-structure.ts";
import { isConditionTrue } from "../../meta/condition.ts";
import { type Cause, duplicate, invalid, notSupported, required } from "../../validation/cause.ts";
import { dns1035Label, dnsSubdomain, type TextRule } from "../../validation/names.ts";
import { immutable } from "../../validation/object-meta.ts";
import type { CustomResourceDefinition } from "./custom-resource-definition.ts";
import type { CustomResourceDefinitionSpec, CustomVersion } from "./custom-resource-definition-spec.ts";

const approvalAnnotation = "api-approved.kubernetes.io";

export function validateCustomResourceDefinition({ metadata, spec, status }: CustomResourceDefinition): Cause[] {
  const causes = [...validateGroup(spec.group), ...validateNames(spec.names), ...validateVersions(spec.versions)];
  const { group, names } = spec;
  if (metadata.name !== `${names.plural}.${group}`)
    causes.push(invalid("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group'));
  const isProtected = group.endsWith(".k8s.io") || group.endsWith(".kubernetes.io");
  if (isProtected && ownValue(metadata.annotations, approvalAnnotation) === undefined)
    causes.push(
      required(
        `metadata.annotations[${approvalAnnotation}]`,
        'protected groups must have approval annotation "api-approved.kubernetes.io": use a group of your own',
      ),
    );
  if (spec.conversion.strategy !== "None")
    causes.push(notSupported("spec.conversion.strategy", spec.conversion.strategy, ["None"]));
  if (spec.preserveUnknownFields === true)
    causes.push(
      invalid(
        "spec.preserveUnknownFields",
        true,
        "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
      ),
    );
  const known = new Set(spec.versions.map(({ name }) => name));
  for (const [index, version] of status.storedVersions.entries())
    if (!known.has(version))
      causes.push(invalid(`status.storedVersions[${index}]`, version, "must appear in spec.versions"));
  return causes;
}

function validateGroup(group: string): Cause[] {
  const wrong = dnsSubdomain(group);
  if (wrong !== undefined) return [invalid("spec.group", group, wrong)];
  return group.includes(".") ? [] : [invalid("spec.group", group, "should be a domain with at least one dot")];
}

function validateNames(names: CustomResourceDefinitionSpec["names"]): Cause[] {
  const causes: Cause[] = [];
  const check = (field: string, name: string, rule: TextRule) => {
    const wrong = rule(name);
    if (wrong !== undefined) causes.push(invalid(`spec.names.${field}`, name, wrong));
  };
  const mixedCase: TextRule = (name) => {
    const wrong = dns1035Label(name.toLowerCase());
    return wrong === undefined ? undefined : `may have mixed case, but should otherwise match: ${wrong}`;
  };
  const { kind, listKind = "", singular = "" } = names;
  check("plural", names.plural, dns1035Label);
  check("singular", singular, dns1035Label);
  check("kind", kind, mixedCase);
  check("listKind", listKind, mixedCase);
  if (kind === listKind) causes.push(invalid("spec.names.listKind", listKind, "kind and listKind may not be the same"));
  for (const [index, name] of (names.shortNames ?? []).entries()) check(`shortNames[${index}]`, name, dns1035Label);
  for (const [index, name] of (names.categories ?? []).entries()) check(`categories[${index}]`, name, dns1035Label);
  return causes;
}

function validateVersions(versions: readonly CustomVersion[]): Cause[] {
  const causes: Cause[] = [];
  const names = new Set<string>();
  for (const [index, version] of versions.entries()) {
    const path = `spec.versions[${index}]`;
    const wrong = dns1035Label(version.name);
    if (wrong !== undefined) causes.push(invalid(`${path}.name`, version.name, wrong));
    if (names.has(version.name)) causes.push(duplicate(`${path}.name`, version.name));
    names.add(version.name);
    causes.push(...validateShape(version, path), ...validateColumns(version, path));
  }
  if (versions.filter(({ storage }) => storage).length !== 1)
    causes.push(invalid("spec.versions", [...names], "must have exactly one version marked as storage version"));
  return causes;
}

function validateShape({ schema, deprecated, deprecationWarning }: CustomVersion, path: string): Cause[] {
  const causes: Cause[] = [];
  const at = `${path}.schema.openAPIV3Schema`;
  const shape = schema?.openAPIV3Schema;
  if (shape === undefined) causes.push(required(at, "schemas are required"));
  else {
    const type = ownValue(shape, "type");
    if (type === undefined) causes.push(required(`${at}.type`, "must not be empty at the root"));
    else if (type !== "object") causes.push(invalid(`${at}.type`, type, 'must be "object" at the root'));
    causes.push(...validateStructure(shape, at));
  }
  if (deprecationWarning !== undefined && deprecated !== true)
    causes.push(invalid(`${path}.deprecationWarning`, deprecationWarning, "can only be set for deprecated versions"));
  return causes;
}

/** Once objects of the kind exist, their paths stay. */
export function validateCustomResourceDefinitionUpdate(
  next: CustomResourceDefinition,
  current: CustomResourceDefinition,
): Cause[] {
  const lasting = [
    ...immutable("spec.group", next.spec.group, current.spec.group),
    ...immutable("spec.names.plural", next.spec.names.plural, current.spec.names.plural),
  ];
  if (!isConditionTrue(current.status.conditions, "Established")) return lasting;
  return [
    ...lasting,
    ...immutable("spec.scope", next.spec.scope, current.spec.scope),
    ...immutable("spec.names.kind", next.spec.names.kind, current.spec.names.kind),
  ];
}
