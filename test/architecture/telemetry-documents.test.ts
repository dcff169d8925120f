import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { telemetrySchemas, withTopics } from "../../scripts/telemetry-documents.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

it("docs/mqtt.md and the schemas say what the catalogue says: npx tsx scripts/telemetry-docs.ts", () => {
  const document = read("docs/mqtt.md");
  expect(withTopics(document)).toBe(document);
  const directory = "config/telemetry-schemas/";
  const kept = readdirSync(new URL(directory, root)).map((name) => [name, read(`${directory}${name}`)] as const);
  expect(new Map(kept)).toEqual(new Map(telemetrySchemas()));
});
