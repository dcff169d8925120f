/** What is wrong with the JSON Schema of a custom kind itself, in the words that Kubernetes uses. */
import { type Cause, invalid, required } from "../validation/cause.ts";
import { parseStructuralSchema, type StructuralSchema } from "./structural-schema.ts";
import { isPattern } from "./validate-value.ts";

/** `path` is where the schema stands in its definition. */
export function validateStructure(value: unknown, path: string): Cause[] {
  const schema = parseStructuralSchema(value);
  if (schema === undefined)
    return [invalid(path, value, "must be a structural JSON Schema: check the types of its keywords")];
  return membersCauses(schema, path, false);
}

/** `isLoose` within what is combined: it says more of a value whose structure stands elsewhere. */
function nodeCauses(schema: StructuralSchema, path: string, isLoose: boolean): Cause[] {
  const isAny =
    schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const causes = membersCauses(schema, path, isLoose);
  if (schema.type !== undefined || isAny || isLoose) return causes;
  return [required(`${path}.type`, "must not be empty for specified object fields"), ...causes];
}

function membersCauses(schema: StructuralSchema, path: string, isLoose: boolean): Cause[] {
  const causes = patternCauses(schema, path);
  const { properties = {}, additionalProperties, items } = schema;
  if (schema.type === "array" && items === undefined && !isLoose)
    causes.push(required(`${path}.items`, "must be specified"));
  if (schema.properties !== undefined && typeof additionalProperties === "object")
    causes.push(invalid(`${path}.additionalProperties`, additionalProperties, "is mutually exclusive with properties"));
  const members: [string, StructuralSchema][] = Object.entries(properties).map(([name, member]) => [
    `${path}.properties[${name}]`,
    member,
  ]);
  if (typeof additionalProperties === "object") members.push([`${path}.additionalProperties`, additionalProperties]);
  if (items !== undefined) members.push([`${path}.items`, items]);
  for (const [at, member] of members) causes.push(...nodeCauses(member, at, isLoose));
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  for (const other of [...allOf, ...anyOf, ...oneOf, ...(not === undefined ? [] : [not])])
    causes.push(...nodeCauses(other, path, true));
  return causes;
}

function patternCauses({ pattern }: StructuralSchema, path: string): Cause[] {
  if (pattern === undefined || isPattern(pattern)) return [];
  return [invalid(`${path}.pattern`, pattern, "must be a valid regular expression in RE2's syntax")];
}
