/**
 * Writes `src/api/protobuf/field-numbers.ts`: the numbers that Kubernetes gives its fields in Protocol Buffers.
 *
 *   npx tsx scripts/protobuf-fields.ts <checkout of kubernetes/api> <checkout of kubernetes/apimachinery>
 *
 * They are read from the tags of the types in Go, which name each field as JSON has it as well, and say which values
 * are left out of JSON. Numbers are never given anew, so the newest checkout serves every client.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const groupVersions = [
  "apps/v1",
  "authentication/v1",
  "authorization/v1",
  "autoscaling/v1",
  "autoscaling/v2",
  "batch/v1",
  "batch/v1beta1",
  "certificates/v1",
  "coordination/v1",
  "core/v1",
  "discovery/v1",
  "discovery/v1beta1",
  "events/v1",
  "networking/v1",
  "node/v1",
  "policy/v1",
  "policy/v1beta1",
  "rbac/v1",
  "scheduling/v1",
  "storage/v1",
];
const target = "src/api/protobuf/field-numbers.ts";
const heading = `/**
 * Field numbers of Kubernetes' messages by OpenAPI definition, as \`scripts/protobuf-fields.ts\` wrote them.
 *
 * \`name=1\` is a field by its name in JSON; \`name=1?\` is left out of JSON where it is zero; \`+Type=1\` is a message
 * whose fields JSON shows as the outer message's own.
 */
export const fieldNumbers: Readonly<Record<string, string>> = {
`;

const structure = /^type (\w+) struct \{$/u;
const tagged = /^\t(?:(?<name>\w+)\s+)?(?<type>[\w.*[\]]+)\s+`(?<tags>.*)`/u;

/** Each struct of a file with its fields that have numbers, as one line. */
function messagesOf(file: string): [string, string][] {
  const messages: [string, string][] = [];
  let current: { readonly name: string; readonly fields: string[] } | undefined;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const opened = structure.exec(line)?.[1];
    if (opened !== undefined) current = { name: opened, fields: [] };
    else if (line === "}" && current !== undefined) {
      if (current.fields.length > 0) messages.push([current.name, current.fields.join(" ")]);
      current = undefined;
    } else if (current !== undefined) {
      const field = fieldOf(line);
      if (field !== undefined) current.fields.push(field);
    }
  }
  return messages.filter(([name]) => !name.endsWith("List"));
}

function fieldOf(line: string): string | undefined {
  const { name, type = "", tags = "" } = tagged.exec(line)?.groups ?? {};
  const number = /protobuf:"\w+,(\d+)/u.exec(tags)?.[1];
  const [jsonName = "", ...options] = (/json:"([^"]*)"/u.exec(tags)?.[1] ?? "-").split(",");
  if (number === undefined || jsonName === "-") return undefined;
  if (name === undefined && jsonName === "") return `+${type}=${number}`;
  const isOmittedAtZero = options.includes("omitempty") && !/^(?:\*|\[\]|map\[)/u.test(type);
  return `${jsonName}=${number}${isOmittedAtZero ? "?" : ""}`;
}

function definitionsOf(prefix: string, files: readonly string[]): [string, string][] {
  return files
    .filter((file) => existsSync(file))
    .flatMap(messagesOf)
    .map(([name, fields]) => [`${prefix}.${name}`, fields]);
}

const [api, machinery] = process.argv.slice(2);
if (api === undefined || machinery === undefined) {
  process.stderr.write("name the checkouts of kubernetes/api and kubernetes/apimachinery, in this order\n");
  process.exit(2);
}
const definitions = [
  ...groupVersions.flatMap((version) =>
    definitionsOf(`io.k8s.api.${version.replace("/", ".")}`, [join(api, version, "types.go")]),
  ),
  ...definitionsOf("io.k8s.apimachinery.pkg.apis.meta.v1", [join(machinery, "pkg/apis/meta/v1/types.go")]),
];
const lines = definitions.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, fields]) => `  "${name}": "${fields}",\n`);
writeFileSync(target, `${heading}${lines.join("")}};\n`);
