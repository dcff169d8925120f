/** What is made of the telemetry catalogue: the chapter of topics in `docs/mqtt.md`, and a JSON Schema for each topic. */
import { z } from "zod";
import { type CataloguedTopic, telemetryCatalogue } from "../src/api/telemetry/catalogue.ts";

const beginning = "<!-- topics: made by scripts/telemetry-docs.ts, do not edit -->";
const end = "<!-- end of topics -->";

/** By file name. */
export function telemetrySchemas(): ReadonlyMap<string, string> {
  return new Map(
    telemetryCatalogue.map((topic) => [
      `${topic.title}.schema.json`,
      `${JSON.stringify(jsonSchema(topic), undefined, 2)}\n`,
    ]),
  );
}

/** The document with its chapter of topics made anew. Throws where it has no place for it. */
export function withTopics(document: string): string {
  const [before, rest] = document.split(beginning);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the document lacks "${beginning}" or "${end}"`);
  return `${before}${beginning}\n\n${telemetryCatalogue.map(section).join("\n")}\n${end}${after}`;
}

function jsonSchema({ title, description, schema }: CataloguedTopic): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "output" });
  return { $schema, title, description, ...rest };
}

function section(topic: CataloguedTopic): string {
  const { pattern, title, description, retained, plain } = topic;
  const form = plain ? "plain text" : `JSON, [schema](../config/telemetry-schemas/${title}.schema.json)`;
  const head = `### \`${pattern}\`\n\n${description} ${retained ? "Retained" : "Not retained"}; ${form}.\n`;
  return plain ? head : `${head}\n| field | type | says |\n|---|---|---|\n${rows(jsonSchema(topic), "").join("\n")}\n`;
}

interface Described {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  readonly items?: Described;
  readonly additionalProperties?: unknown;
}

function rows(schema: Described, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const absent = schema.required?.includes(name) ? "" : ", may be absent";
    const own = `| \`${path}\` | ${typeOf(field)}${absent} | ${field.description ?? ""} |`;
    const nested = field.items === undefined ? rows(field, `${path}.`) : rows(field.items, `${path}[].`);
    return [own, ...nested];
  });
}

function typeOf({ type, enum: values, format, items, properties }: Described): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(", ");
  if (format === "date-time") return "time";
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (type === "object") return properties === undefined ? "texts by name" : "object";
  return type === "string" ? "text" : String(type);
}
